using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Testing;

namespace Grpc.InteropHost;

/// <summary>The messages and services of grpc.testing as a FileDescriptorSet.</summary>
internal static class Descriptors
{
    public static void Write(string path)
    {
        var set = new FileDescriptorSet();
        // What a file needs stands before it.
        foreach (var file in new[] { EmptyReflection.Descriptor, MessagesReflection.Descriptor, TestReflection.Descriptor })
            set.File.Add(file.ToProto());
        File.WriteAllBytes(path, set.ToByteArray());
    }
}
