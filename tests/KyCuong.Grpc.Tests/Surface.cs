using System.Reflection;

namespace KyCuong.Grpc.Tests;

/// <summary>What an assembly offers to others, one signature a line: types, then their public and protected members.</summary>
public static class Surface
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(params Assembly[] assemblies) =>
        assemblies.SelectMany(a => a.GetTypes()).Where(IsVisible).SelectMany(Lines).Distinct();

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"{Kind(type)} {FullName(type)}";
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            yield return $"{FullName(type)}{Signature(type.GetMethod("Invoke")!)}";
            yield break;
        }
        foreach (var member in type.GetMembers(All))
        {
            var line = member switch
            {
                ConstructorInfo { IsStatic: false } c when IsVisible(c) => $".new({Parameters(c)})",
                MethodInfo m when IsVisible(m) && !m.IsSpecialName && !IsOverrideOfObject(m) => $".{m.Name}{Generic(m)}{Signature(m)}",
                PropertyInfo p when p.GetAccessors(nonPublic: true).Any(IsVisible) => $".{p.Name} : {Name(p.PropertyType)} {{{Accessors(p)} }}",
                FieldInfo f when (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName =>
                    type.IsEnum ? $".{f.Name} = {Convert.ToInt64(f.GetRawConstantValue(), null)}" : $".{f.Name} : {Name(f.FieldType)}",
                _ => null,
            };
            if (line is not null) yield return FullName(type) + line;
        }
    }

    private static string Kind(Type type) =>
        type.IsSubclassOf(typeof(Delegate)) ? "delegate" : type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : "class";

    private static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOverrideOfObject(MethodInfo method) => method.GetBaseDefinition().DeclaringType == typeof(object);

    private static string Accessors(PropertyInfo property) =>
        (property.GetMethod is { } get && IsVisible(get) ? " get;" : "") + (property.SetMethod is { } set && IsVisible(set) ? " set;" : "");

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Signature(MethodInfo method) => $"({Parameters(method)}) : {Name(method.ReturnType)}";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)));

    private static string FullName(Type type) => type.IsNested ? $"{FullName(type.DeclaringType!)}.{type.Name}" : $"{type.Namespace}.{type.Name}";

    private static string Name(Type type)
    {
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return type.Name;
        var bare = type.Name.Contains('`', StringComparison.Ordinal) ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;
        return $"{bare}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
