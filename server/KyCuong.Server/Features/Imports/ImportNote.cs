namespace KyCuong.Server.Features.Imports;

/// <summary>A row that was taken, and what somebody should know of it.</summary>
internal readonly record struct ImportNote(int Line, string Text);
