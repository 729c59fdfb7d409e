using KyCuong.Server.Store.Rows;
using KyCuong.Server.Tests.Ingest;
using KyCuong.Verify;
using VerifiedStore = KyCuong.Verify.Store;

namespace KyCuong.Server.Tests.Log;

/// <summary>
/// Somebody owns the server, writes a kiosk's journal anew with all its hashes, and the log over it: everything fits everything but what the
/// kiosk signed. The stores are written as that hand would, by the server's own means, so that nothing else can be found.
/// </summary>
public sealed class SignedHeadVerifyTests
{
    [Fact]
    public async Task A_journal_written_anew_after_a_head_is_found_by_it()
    {
        Assert.Equal("2 heads", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3), key.Sign(honest, 6)]));
        // The tap of the fourth entry belongs to another badge: entries from there on have other hashes, the head before it stands.
        Assert.Equal("1 heads, HeadContradicts", await VerifiedAsync((journal, sequence) => journal.Tap(sequence == 4 ? 99u : (uint)sequence, 60 + sequence), (honest, key) => [key.Sign(honest, 3), key.Sign(honest, 6)]));
    }

    [Fact]
    public async Task A_journal_cut_before_a_head_is_found_by_it() =>
        Assert.Equal("1 heads, HeadContradicts", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3), key.Sign(honest, 6)], last: 4));

    [Fact]
    public async Task A_head_signed_by_another_key_is_found() =>
        Assert.Equal("0 heads, HeadForged", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3) with { Signature = new HeadKey(1).Sign(honest, 3).Signature }]));

    [Fact]
    public async Task A_head_that_came_after_its_certificate_ended_is_found()
    {
        Assert.Equal("0 heads, HeadForged", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3, key.Row(1).NotAfterUs + 1)]));
        Assert.Equal("1 heads", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3, key.Row(1).NotAfterUs)]));
    }

    [Fact]
    public async Task A_head_that_came_after_its_certificate_was_revoked_is_found_and_one_from_before_is_right()
    {
        var came = KioskJournal.BootedAtUs + 200 * KioskJournal.Second;
        Assert.Equal("1 heads", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3, came)], revokedUs: came + 1));
        Assert.Equal("0 heads, HeadForged", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3, came)], revokedUs: came - 600 * KioskJournal.Second));
    }

    [Fact]
    public async Task A_certificate_that_bears_another_kiosks_name_signs_nothing() =>
        Assert.Equal("0 heads, HeadForged", await VerifiedAsync((_, _) => { }, (honest, key) => [key.Sign(honest, 3)], keyOf: 77));

    [Fact]
    public async Task Entries_of_two_histories_in_one_transaction_are_a_fork_and_nothing_altered()
    {
        await using var host = await IngestHost.StartAsync();
        var (one, other) = (host.NewJournal(), host.NewJournal());
        for (var sequence = 1; sequence <= 5; sequence++)
        {
            one.Tap((uint)sequence, 60 + sequence);
            other.Tap(100 + (uint)sequence, 60 + sequence);
        }

        var session = await host.OpenAsync(one);
        Task[] sent;
        await using (await host.Test.Store.LeaseAsync(CancellationToken.None))
        {
            // Both wait for the lease, and share its transaction.
            sent = [host.Ingest.AppendAsync(session, one.Before(1), one.Range(1, 3), false, CancellationToken.None), host.Ingest.AppendAsync(session, other.Before(4), other.Range(4, 5), false, CancellationToken.None)];
        }

        await Task.WhenAll(sent);
        await host.Ingest.DisposeAsync();
        using var store = host.Test.Store.IsFile ? VerifiedStore.OpenFile(host.Test.Data.StoreFile) : VerifiedStore.OpenPostgres(host.Test.Options.ConnectionString);
        Assert.Equal([], Verification.Of(store, []).Findings);
        Assert.Equal(1, store.Count("journal_conflicts"));
    }

    /// <summary>A store in which the journal is what the rewriting made of it and the heads are those of the honest one.</summary>
    private static async Task<string> VerifiedAsync(
        Action<KioskJournal, int> rewrite, Func<KioskJournal, HeadKey, IReadOnlyList<Server.Ingest.KioskHead>> heads, int last = 6, long? revokedUs = null, long? keyOf = null)
    {
        await using var host = await IngestHost.StartAsync();
        var key = new HeadKey(keyOf ?? host.KioskId);
        await host.Test.WriteAsync(db =>
        {
            var row = key.Row(host.AgencyId, revokedUs);
            row.KioskId = host.KioskId;
            db.KioskCertificates.Add(row);
        });
        var (honest, stored) = (host.NewJournal(), host.NewJournal());
        for (var sequence = 1; sequence <= 6; sequence++)
        {
            honest.Tap((uint)sequence, 60 + sequence);
            rewrite(stored, sequence);
            if ((int)stored.Last < sequence) stored.Tap((uint)sequence, 60 + sequence);
        }

        await host.SendAsync(stored, 1, last);
        var session = await host.OpenAsync(stored);
        var journal = session.RowId;
        // By a context: that hand keeps the signature it cannot make, whatever the ingest would say of it, and the log has it.
        await host.Test.WriteAsync(db => db.JournalHeads.AddRange(heads(honest, key).Select(head => new JournalHeadRow
        {
            JournalId = journal,
            Sequence = head.Sequence,
            Hash = head.Hash.ToArray(),
            AgencyId = host.AgencyId,
            SignedUs = head.SignedUs,
            Thumbprint = head.Thumbprint,
            Signature = head.Signature,
            ReceivedUs = head.ReceivedUs,
        })));
        await host.Ingest.DisposeAsync();
        using var store = host.Test.Store.IsFile ? VerifiedStore.OpenFile(host.Test.Data.StoreFile) : VerifiedStore.OpenPostgres(host.Test.Options.ConnectionString);
        var verification = Verification.Of(store, []);
        return string.Join(", ", verification.Findings.Select(finding => finding.Kind.ToString()).Prepend($"{verification.KioskHeads} heads"));
    }
}
