using System.Globalization;
using KyCuong.PowerCut;

#pragma warning disable RS0030 // The harness records real processes: its clock is the machine's.
var time = TimeProvider.System;
#pragma warning restore RS0030

if (args is ["write", var writer, var place, var number, var wait])
{
    await SmallWriters.WriteAsync(writer, place, int.Parse(number, CultureInfo.InvariantCulture), wait == "full", time);
    return 0;
}

return PowerCutOptions.Read(args) is { } options ? await new PowerCutRun(options, time).RunAsync() : 2;
