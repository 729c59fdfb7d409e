using Grpc.InteropHost;

// The composition root of a test program: arguments in, exit code out.
#pragma warning disable RS0030 // A program's entry chooses the clock.
var time = TimeProvider.System;
#pragma warning restore RS0030

try
{
    if (args is ["client", .. var rest])
        return await InteropClient.RunAsync(Arguments.Parse(rest, "server", "case", "ca", "cert", "key"), Console.Out);
    if (args is ["descriptors", .. var where])
    {
        Descriptors.Write(Arguments.Parse(where, "out").Required("out"));
        return 0;
    }
    await InteropServer.RunAsync(Arguments.Parse(args, "port", "cert", "key", "client-ca"), time, Console.Out);
    return 0;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine("Server: --port N [--cert FILE --key FILE [--client-ca FILE]]");
    Console.Error.WriteLine("Client: client --server HOST:PORT --case NAME|all [--ca FILE [--cert FILE --key FILE]]");
    Console.Error.WriteLine("Descriptors of the messages, for clients that have no generated code: descriptors --out FILE");
    return 2;
}
