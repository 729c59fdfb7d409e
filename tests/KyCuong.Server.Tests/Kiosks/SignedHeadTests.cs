using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using KyCuong.Protos;
using KyCuong.Protos.V1;
using KyCuong.Server.Store.Rows;
using KyCuong.Verify;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Kiosks;

/// <summary>What kiosks sign of their journals is checked, kept and held against what is stored: over real TLS into a real store.</summary>
public sealed class SignedHeadTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private TestKiosk _kiosk = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _kiosk = await _server.EnrolAsync();
    }

    public async Task DisposeAsync()
    {
        _kiosk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_head_is_kept_once_with_the_certificate_that_signed_it_and_the_verifier_counts_it()
    {
        var batch = _kiosk.Batch(1, 5);
        using (var stream = await _kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await SendAsync(stream, batch, _kiosk.Head(5, TestKiosk.LastHash(batch)), _kiosk.Head(5, TestKiosk.LastHash(batch)), _kiosk.Head(2, Digest.FromBytes(batch.Entries[1].Hash.Span)));
        }

        var heads = await HeadsAsync();
        Assert.Equal([2L, 5L], heads.Select(head => head.Sequence));
        var certificate = await _server.ReadAsync(db => db.KioskCertificates.SingleAsync());
        Assert.Equal(_kiosk.Certificate!.RawData, certificate.Certificate);
        Assert.All(heads, head => Assert.Equal(certificate.Thumbprint, head.Thumbprint));
        Assert.Equal("2 heads", Verified());
        Assert.Equal(2, await _server.ReadAsync(db => db.LogEntries.CountAsync(entry => entry.Subject == "journal_heads")));
    }

    [Theory]
    [InlineData("signature")]
    [InlineData("key")]
    [InlineData("journal")]
    [InlineData("certificate")]
    public async Task A_head_that_the_kiosk_did_not_sign_is_an_alarm_and_is_not_kept_and_taps_go_on(string wrong)
    {
        var batch = _kiosk.Batch(1, 5);
        var head = _kiosk.Head(5, TestKiosk.LastHash(batch));
        using var other = await _server.EnrolAsync("CONG-SAU");
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        switch (wrong)
        {
            case "signature":
                head.Signature = ByteString.CopyFrom([.. head.Signature.Span[..63], (byte)(head.Signature[63] ^ 1)]);
                break;
            case "key":
                head = _kiosk.Head(5, TestKiosk.LastHash(batch), stranger);
                break;
            case "journal":
                head.Signature = other.Head(5, TestKiosk.LastHash(batch)).Signature;
                break;
            default:
                head.CertificateSha256 = other.Head(5, TestKiosk.LastHash(batch)).CertificateSha256;
                break;
        }

        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        // Nor is a right one of that stream looked at: nobody fills the log with alarms.
        await stream.Up.WriteAsync(new KioskMessage { Journal = batch });
        foreach (var sent in (SignedHead[])[head, head, _kiosk.Head(5, TestKiosk.LastHash(batch))]) await stream.Up.WriteAsync(new KioskMessage { SignedHead = sent });
        await SendAsync(stream, _kiosk.Batch(6, 1, TestKiosk.LastHash(batch)));
        Assert.Equal(6, await _server.ReadAsync(db => db.Taps.CountAsync()));
        Assert.Empty(await HeadsAsync());
        await SaidOnceAsync(LogLevel.Error, "sent a head of its journal");
    }

    [Fact]
    public async Task A_head_of_another_entry_than_the_one_stored_is_a_fork_and_both_are_kept()
    {
        var batch = _kiosk.Batch(1, 5);
        var elsewhere = _kiosk.Batch(1, 5, badge: 77);
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await SendAsync(stream, batch, _kiosk.Head(4, Digest.FromBytes(batch.Entries[3].Hash.Span)), _kiosk.Head(4, Digest.FromBytes(elsewhere.Entries[3].Hash.Span)));
        Assert.Equal(2, (await HeadsAsync()).Count(head => head.Sequence == 4));
        Assert.True(await _server.ReadAsync(db => db.Kiosks.Where(kiosk => kiosk.KioskId == (long)_kiosk.Id).Select(kiosk => kiosk.Quarantined).SingleAsync()));
        var conflict = await _server.ReadAsync(db => db.JournalConflicts.SingleAsync());
        Assert.Equal((4L, elsewhere.Entries[3].Hash), (conflict.Sequence, ByteString.CopyFrom(conflict.Hash)));
        await SaidOnceAsync(LogLevel.Critical, "signed another entry");
        // Nothing was altered here, and the verifier says so.
        Assert.Equal("2 heads", Verified());
    }

    [Fact]
    public async Task Nothing_is_acknowledged_to_another_disk_of_the_identity_before_its_own_entries_were_held_against_those_stored()
    {
        var common = _kiosk.Batch(1, 3);
        using (var stream = await _kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await SendAsync(stream, common);
        }

        using (var stream = await _kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await SendAsync(stream, _kiosk.Batch(4, 6, TestKiosk.LastHash(common)));
        }

        // The other disk has the first three and two of its own. It signs first, as a kiosk does that begins anew.
        var own = _kiosk.Batch(4, 2, TestKiosk.LastHash(common), badge: 77);
        using var other = await _kiosk.ConnectAsync();
        Assert.Equal(9UL, (await other.WelcomeAsync()).HighWater);
        await other.Up.WriteAsync(new KioskMessage { SignedHead = _kiosk.Head(3, TestKiosk.LastHash(common)) });
        await other.Up.WriteAsync(new KioskMessage { Journal = own });
        await other.Up.WriteAsync(new KioskMessage { SignedHead = _kiosk.Head(4, Digest.FromBytes(own.Entries[0].Hash.Span)) });
        Assert.Equal(5UL, await other.AckAsync(0));
        Assert.Equal([4L, 5L], await _server.ReadAsync(db => db.JournalConflicts.OrderBy(conflict => conflict.Sequence).Select(conflict => conflict.Sequence).ToListAsync()));
    }

    [Fact]
    public async Task A_head_of_an_entry_that_is_not_stored_is_not_kept()
    {
        var batch = _kiosk.Batch(1, 5);
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        await SendAsync(stream, batch, _kiosk.Head(6, TestKiosk.LastHash(batch)));
        Assert.Empty(await HeadsAsync());
        await SaidOnceAsync(LogLevel.Error, "which is not stored");
    }

    [Theory]
    [InlineData(31, 32, 64, 1UL)]
    [InlineData(32, 31, 64, 1UL)]
    [InlineData(32, 32, 63, 1UL)]
    [InlineData(32, 32, 65, 1UL)]
    [InlineData(32, 32, 64, 0UL)]
    [InlineData(32, 32, 64, ulong.MaxValue)]
    public async Task A_head_out_of_the_contract_ends_the_stream(int hash, int certificate, int signature, ulong sequence)
    {
        using var stream = await _kiosk.ConnectAsync();
        await stream.WelcomeAsync();
        var head = _kiosk.Head(1, default);
        (head.Hash, head.CertificateSha256, head.Signature, head.Sequence) =
            (ByteString.CopyFrom(new byte[hash]), ByteString.CopyFrom(new byte[certificate]), ByteString.CopyFrom(new byte[signature]), sequence);
        await stream.Up.WriteAsync(new KioskMessage { SignedHead = head });
        Assert.Equal(StatusCode.InvalidArgument, (await stream.EndAsync()).StatusCode);
    }

    [Fact]
    public async Task A_certificate_from_before_they_were_kept_is_kept_when_it_is_shown()
    {
        await _server.WriteAsync(db => db.KioskCertificates.Single().Certificate = null);
        var batch = _kiosk.Batch(1, 5);
        using (var stream = await _kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await SendAsync(stream, batch, _kiosk.Head(5, TestKiosk.LastHash(batch)));
        }

        Assert.Single(await HeadsAsync());
        Assert.Equal("1 heads", Verified());
    }

    [Fact]
    public async Task Heads_of_a_certificate_that_ended_since_are_right_and_new_ones_by_it_are_not_taken()
    {
        var batch = _kiosk.Batch(1, 5);
        using (var stream = await _kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await SendAsync(stream, batch, _kiosk.Head(3, Digest.FromBytes(batch.Entries[2].Hash.Span)));
        }

        // Enrolled anew: the key is the same here, the certificate before is revoked.
        var before = _kiosk.Certificate!;
        await _kiosk.EnrolAsync((await _server.InviteAsync()).Secret.ToArray());
        var old = _kiosk.Head(4, Digest.FromBytes(batch.Entries[3].Hash.Span));
        old.CertificateSha256 = ByteString.CopyFrom(before.GetCertHash(HashAlgorithmName.SHA256));
        using (var stream = await _kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await SendAsync(stream, _kiosk.Batch(6, 1, TestKiosk.LastHash(batch)), _kiosk.Head(5, TestKiosk.LastHash(batch)));
        }

        using (var stream = await _kiosk.ConnectAsync())
        {
            await stream.WelcomeAsync();
            await SendAsync(stream, batch, old);
        }

        before.Dispose();
        Assert.Equal([3L, 5L], (await HeadsAsync()).Select(head => head.Sequence));
        Assert.Equal("2 heads", Verified());
    }

    /// <summary>Sends it and ends the stream in order: then all of it was taken, or refused.</summary>
    private static async Task SendAsync(TestStream stream, JournalBatch batch, params SignedHead[] heads)
    {
        await stream.Up.WriteAsync(new KioskMessage { Journal = batch });
        foreach (var head in heads) await stream.Up.WriteAsync(new KioskMessage { SignedHead = head });
        await stream.Up.CompleteAsync();
        Assert.Equal(StatusCode.OK, (await stream.EndAsync()).StatusCode);
    }

    /// <summary>The operator hears of it once it is committed, a moment after the kiosk.</summary>
    private async Task SaidOnceAsync(LogLevel level, string text)
    {
        bool Is((LogLevel Level, string Text) line) => line.Level == level && line.Text.Contains(text, StringComparison.Ordinal);
        using var patience = new CancellationTokenSource(TestKiosk.Patience, _server.Clock);
        while (!_server.Log.Lines.Any(Is)) await Task.Delay(TimeSpan.FromMilliseconds(10), _server.Clock, patience.Token);
        Assert.Single(_server.Log.Lines, line => Is(line));
    }

    private Task<List<JournalHeadRow>> HeadsAsync() => _server.ReadAsync(db => db.JournalHeads.OrderBy(head => head.Sequence).ToListAsync());

    private string Verified()
    {
        using var store = _server.Store.IsFile ? VerifiedStore.OpenFile(_server.Store.Data.StoreFile) : VerifiedStore.OpenPostgres(_server.ConnectionString);
        var verification = Verification.Of(store, []);
        return string.Join(", ", verification.Findings.Select(finding => finding.ToString()).Prepend($"{verification.KioskHeads} heads"));
    }
}
