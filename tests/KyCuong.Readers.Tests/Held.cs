using System.Collections;
using System.Reflection;

namespace KyCuong.Readers.Tests;

/// <summary>Counts the bytes a driver holds on to: its arrays, texts and collections, not its sink or options.</summary>
internal static class Held
{
    public static int Bytes(object root) => Count(root, new HashSet<object>(ReferenceEqualityComparer.Instance));

    private static int Count(object? value, HashSet<object> seen)
    {
        if (value is null or IReaderSink or ReaderOptions || value.GetType().IsPrimitive || !seen.Add(value))
            return 0;
        if (value is Delegate call)
            return IntPtr.Size + Count(call.Target, seen);
        if (value is string text)
            return text.Length * sizeof(char);
        if (value is Array array && array.GetType().GetElementType()!.IsPrimitive)
            return Buffer.ByteLength(array);
        var sum = value is IEnumerable items ? items.Cast<object?>().Sum(i => Count(i, seen)) : 0;
        for (var type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                sum += field.FieldType.IsPrimitive ? sizeof(long) : Count(field.GetValue(value), seen);
        }

        return sum;
    }
}
