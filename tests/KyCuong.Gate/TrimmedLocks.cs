using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace KyCuong.Gate;

/// <summary>
/// Looks for locks that are entered and never left, because the trimmer dropped the <c>finally</c> with code beside it that it took for
/// unreachable. A program with such a lock works until it first goes that way, and then loses a thread at each further one.
/// </summary>
internal static class TrimmedLocks
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields().Select(field => field.GetValue(null)).OfType<OpCode>()
        .ToDictionary(code => (int)unchecked((ushort)code.Value), code => code.OperandType);

    /// <summary>How C# enters and leaves what it locks (C# specification, section 13.13, and System.Threading.Lock).</summary>
    private static readonly (Callee Enter, Callee Leave)[] Pairs =
    [
        (new Callee("Monitor", "Enter", 2), new Callee("Monitor", "Exit", 1)),
        (new Callee("Lock", "EnterScope", 0), new Callee("Scope", "Dispose", 0)),
    ];

    /// <summary>Methods that give a lock away, entered: others of their type leave it.</summary>
    private static readonly string[] HandOver = ["ConcurrentDictionary`2::", "ConcurrentBag`1::FreezeBag"];

    /// <summary>A sentence for each method of these assemblies that enters more often than a <c>finally</c> leaves.</summary>
    /// <param name="directory">Of assemblies, trimmed or not.</param>
    /// <param name="methods">How many methods with a lock there are, to see that anything was looked at.</param>
    public static List<string> Lost(string directory, out int methods)
    {
        var lost = new List<string>();
        methods = 0;
        if (!Directory.Exists(directory)) return lost;
        foreach (var path in Directory.EnumerateFiles(directory, "*.dll").Order(StringComparer.Ordinal))
        {
            using var file = new PEReader(File.OpenRead(path));
            if (!file.HasMetadata) continue;
            var metadata = file.GetMetadataReader();
            foreach (var handle in metadata.MethodDefinitions)
            {
                var method = metadata.GetMethodDefinition(handle);
                if (method.RelativeVirtualAddress == 0) continue;
                var body = file.GetMethodBody(method.RelativeVirtualAddress);
                var calls = Calls(body.GetILReader(), metadata);
                var locks = false;
                foreach (var (enter, leave) in Pairs)
                {
                    var entered = calls.Count(call => call.To == enter);
                    locks |= entered > 0;
                    var left = calls.Count(call => call.To == leave && body.ExceptionRegions.Any(region =>
                        region.Kind == ExceptionRegionKind.Finally && call.At >= region.HandlerOffset && call.At < region.HandlerOffset + region.HandlerLength));
                    if (entered <= left) continue;
                    var name = $"{TypeName(metadata, method.GetDeclaringType())}::{metadata.GetString(method.Name)}";
                    if (!HandOver.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                        lost.Add($"{Path.GetFileName(path)}: {name} enters {entered} locks and leaves {left}");
                }

                if (locks) methods++;
            }
        }

        return lost;
    }

    private static List<(Callee To, int At)> Calls(BlobReader il, MetadataReader metadata)
    {
        var calls = new List<(Callee, int)>();
        while (il.RemainingBytes > 0)
        {
            var at = il.Offset;
            int code = il.ReadByte();
            if (code == 0xFE) code = 0xFE00 | il.ReadByte();
            if (code == OpCodes.Call.Value || code == OpCodes.Callvirt.Value)
            {
                if (CalleeOf(metadata, MetadataTokens.EntityHandle(il.ReadInt32())) is { } callee) calls.Add((callee, at));
                continue;
            }

            var operand = Operands[code] switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 * il.ReadInt32(),
                _ => 4,
            };
            il.Offset += operand;
        }

        return calls;
    }

    /// <summary>Null for methods that are no pair's: of generic types, or generic themselves.</summary>
    private static Callee? CalleeOf(MetadataReader metadata, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodDefinition:
                var method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return new Callee(metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name), metadata.GetString(method.Name), Parameters(metadata, method.Signature));
            case HandleKind.MemberReference when metadata.GetMemberReference((MemberReferenceHandle)handle) is { Parent.Kind: HandleKind.TypeReference } member:
                return new Callee(metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name), metadata.GetString(member.Name), Parameters(metadata, member.Signature));
            default:
                return null;
        }
    }

    /// <summary>Without <c>this</c> (ECMA-335, II.23.2.1).</summary>
    private static int Parameters(MetadataReader metadata, BlobHandle signature)
    {
        var blob = metadata.GetBlobReader(signature);
        if (blob.ReadSignatureHeader().IsGeneric) blob.ReadCompressedInteger();
        return blob.ReadCompressedInteger();
    }

    private static string TypeName(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{TypeName(metadata, outer)}+{name}" : name;
    }

    private readonly record struct Callee(string Type, string Method, int Parameters);
}
