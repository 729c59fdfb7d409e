using System.Globalization;
using KyCuong.Server.Features.Pins;
using KyCuong.Server.Pins;
using Microsoft.EntityFrameworkCore;

namespace KyCuong.Server.Tests.Pins;

public sealed class PinCommandTests
{
    [Fact]
    public async Task A_PIN_is_printed_once_and_stored_in_no_readable_form()
    {
        await using var host = await FeatureHost.WithStaffAsync();
        Assert.Equal(0, await PinCommand.IssueAsync(host.Context(json: true), "NV001", 6, CancellationToken.None));
        var pin = host.Json().GetProperty("pin").GetString()!;
        Assert.Matches("^[0-9]{6}$", pin);
        await using (var db = host.Store.NewReader())
        {
            var row = await db.StaffPins.SingleAsync();
            var hash = new PinHash(row.Salt, row.Hash, row.Rounds);
            Assert.True(hash.Is(pin));
            var other = ((int.Parse(pin, CultureInfo.InvariantCulture) + 1) % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
            Assert.False(hash.Is(other));
            Assert.Equal((16, 32, PinHash.NewRounds), (row.Salt.Length, row.Hash.Length, row.Rounds));
        }

        Assert.Equal(0, await PinCommand.ListAsync(host.Context(), CancellationToken.None));
        Assert.Contains("NV001", host.Out, StringComparison.Ordinal);
        Assert.Contains("01/06/2026 08:00", host.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(pin, host.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_PIN_ends_the_one_before_and_no_two_have_the_same_salt()
    {
        await using var host = await FeatureHost.WithStaffAsync();
        var pins = new List<string>();
        var salts = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            await PinCommand.IssueAsync(host.Context(json: true), "NV001", 12, CancellationToken.None);
            Assert.Equal(i > 0, host.Json().GetProperty("replaced").GetBoolean());
            pins.Add(host.Json().GetProperty("pin").GetString()!);
            await using var db = host.Store.NewReader();
            var row = await db.StaffPins.SingleAsync();
            Assert.Equal([.. Enumerable.Repeat(false, i), true], pins.Select(pin => new PinHash(row.Salt, row.Hash, row.Rounds).Is(pin)));
            Assert.True(salts.Add(Convert.ToHexString(row.Salt)));
        }
    }

    [Fact]
    public async Task A_revoked_PIN_is_gone()
    {
        await using var host = await FeatureHost.WithStaffAsync();
        await PinCommand.IssueAsync(host.Context(), "NV001", 6, CancellationToken.None);
        Assert.Equal(0, await PinCommand.RevokeAsync(host.Context(), "NV001", CancellationToken.None));
        await using var db = host.Store.NewReader();
        Assert.Empty(await db.StaffPins.ToListAsync());
        await Assert.ThrowsAsync<Server.Cli.CommandException>(() => PinCommand.RevokeAsync(host.Context(), "NV001", CancellationToken.None));
    }

    [Theory]
    [InlineData("NV999", 6, 1)]
    [InlineData("NV001", 3, 2)]
    [InlineData("NV001", 13, 2)]
    [InlineData("Đ001", 6, 1)]
    public async Task What_cannot_be_is_refused_and_nothing_is_stored(string staff, int length, int exit)
    {
        await using var host = await FeatureHost.WithStaffAsync(staff: FeatureHost.Staff + "Đ001,Đỗ Văn Đông,VP,,NLĐ,2026-01-01,\n");
        var refusal = await Assert.ThrowsAsync<Server.Cli.CommandException>(() => PinCommand.IssueAsync(host.Context(), staff, length, CancellationToken.None));
        Assert.Equal(exit, refusal.ExitCode);
        await using var db = host.Store.NewReader();
        Assert.Empty(await db.StaffPins.ToListAsync());
    }

    [Fact]
    public void The_hash_is_PBKDF2_as_others_compute_it()
    {
        // python3: hashlib.pbkdf2_hmac("sha256", b"004711", bytes(range(16)), 300000).hex()
        var hash = new PinHash([.. Enumerable.Range(0, 16).Select(i => (byte)i)], Convert.FromHexString("a893bd1ec7ad7bca594e4db8e9652e1df8eb6fe62a5ac473cbecdfdfaba0915f"), 300_000);
        Assert.True(hash.Is("004711"));
        Assert.False(hash.Is("004712"));
        Assert.False(PinHash.Nobody.Is("004711"));
    }
}
