using KyCuong.Server.Store;
using Microsoft.Extensions.Logging;

namespace KyCuong.Server.Cli;

/// <summary>What a command works with. Made by a <see cref="CommandHost"/> for one run of one command.</summary>
/// <param name="Store">The open store: the running server's, or one opened for this command.</param>
/// <param name="Data">Where the store and the keys lie.</param>
/// <param name="Time">The clock.</param>
/// <param name="Console">Where words go and files come from.</param>
/// <param name="Json">True after <c>--format json</c>.</param>
/// <param name="Agency">The code after <c>--agency</c>, or null.</param>
/// <param name="Loggers">For what the command's parts log.</param>
public sealed record CommandContext(
    ServerStore Store, DataDirectory Data, TimeProvider Time, ICommandConsole Console, bool Json, string? Agency, ILoggerFactory Loggers);
