using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using KyCuong.Kiosk.Files;
using KyCuong.Kiosk.Link;
using KyCuong.Kiosk.Tests.Support;
using KyCuong.Protos;
using KyCuong.Protos.Journal;
using KyCuong.Protos.V1;

namespace KyCuong.Kiosk.Tests.Link;

/// <summary>What the kiosk signs of its journal, and when, over real TLS.</summary>
public sealed class SignedHeadTests : LinkFixture
{
    [Theory]
    // Connected: at once, as soon as the server has anything.
    [InlineData(null, 0UL, 0, false, false)]
    [InlineData(null, 1UL, 0, false, true)]
    // After 100 entries, after 5 minutes if there is anything newer, at the end.
    [InlineData(50UL, 149UL, 299, false, false)]
    [InlineData(50UL, 150UL, 0, false, true)]
    [InlineData(50UL, 51UL, 299, false, false)]
    [InlineData(50UL, 51UL, 300, false, true)]
    [InlineData(50UL, 50UL, 9999, false, false)]
    [InlineData(50UL, 51UL, 0, true, true)]
    [InlineData(50UL, 50UL, 0, true, false)]
    // The server asked for entries again: what was signed of later ones stands.
    [InlineData(50UL, 3UL, 9999, true, false)]
    public void A_head_is_signed_when(ulong? headed, ulong sent, int seconds, bool last, bool due) =>
        Assert.Equal(due, HeadPolicy.IsDue(headed, sent, TimeSpan.FromSeconds(seconds), last));

    [Fact]
    public async Task Heads_follow_their_entries_and_are_signed_by_the_certificate_that_is_shown()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(1);
            await kiosk.AllAckedAsync();
            await RealClock.UntilAsync(() => !State.SignedHeads.IsEmpty, "the first head");
            for (var i = 0; i < 5; i++)
            {
                await kiosk.TapAsync(110);
                await kiosk.AllAckedAsync();
            }
        }

        var heads = Check();
        // The first at connecting, then one after at most so many, and the stop entry's.
        Assert.True(heads.Count >= 6, $"{heads.Count} heads of 550 taps");
        Assert.Equal(Only.HighWater, heads[^1].Sequence);
        Assert.NotNull(Only.Entries[^1].Stop);
        var sequences = heads.Select(head => head.Sequence).ToList();
        Assert.Equal(sequences.Distinct().Order(), sequences);
    }

    [Fact]
    public async Task The_stop_of_a_quiet_run_is_signed_and_the_next_run_signs_anew()
    {
        for (var run = 1; run <= 3; run++)
        {
            await using (var kiosk = KioskRig.Start(Directory))
            {
                await RealClock.UntilAsync(() => kiosk.Link.IsLinked && kiosk.Journal.Unsent == 0, "linked");
            }

            Assert.Equal(Only.HighWater, Check()[^1].Sequence);
            Assert.NotNull(Only.Entries[^1].Stop);
        }
    }

    [Fact]
    public async Task A_head_that_was_never_sent_is_signed_anew_for_what_the_server_has()
    {
        // As after a kill between an entry and its head: the server has the entries and no head.
        State.Revision = ContractLimits.HeadsRevision - 1;
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(250);
            await kiosk.AllAckedAsync();
        }

        Assert.Empty(State.SignedHeads);
        var had = Only.HighWater;
        State.Revision = ContractLimits.HeadsRevision;
        await using (var kiosk = KioskRig.Start(Directory)) await RealClock.UntilAsync(() => !State.SignedHeads.IsEmpty, "a head");
        Assert.InRange(Check()[0].Sequence, had, Only.HighWater);
    }

    [Fact]
    public async Task A_renewed_certificate_signs_from_then_on()
    {
        await using (var kiosk = KioskRig.Start(Directory))
        {
            await kiosk.TapAsync(1);
            await RealClock.UntilAsync(() => !State.SignedHeads.IsEmpty, "a head by the old one");
            var old = State.SignedHeads.First().Head.CertificateSha256;
            await State.ToSend!(new ServerMessage { Command = new Command { CommandId = 1, Renew = new RenewNow() } });
            await RealClock.UntilAsync(() => State.Renewals == 1, "renewed");
            var renewed = ByteString.CopyFrom(kiosk.Agent.Identity.Certificate.GetCertHash(HashAlgorithmName.SHA256));
            await RealClock.UntilAsync(() => !(renewed = ByteString.CopyFrom(kiosk.Agent.Identity.Certificate.GetCertHash(HashAlgorithmName.SHA256))).Equals(old), "kept");
            await kiosk.TapAsync(150);
            await RealClock.UntilAsync(() => State.SignedHeads.Any(head => head.Head.CertificateSha256.Equals(renewed)), "a head by the new one");
            using var key = kiosk.Agent.Identity.Certificate.GetECDsaPublicKey()!;
            Assert.All(State.SignedHeads.Where(head => head.Head.CertificateSha256.Equals(renewed)), head => Assert.True(IsSigned(head.Head, key)));
        }
    }

    // Here there must be one.
    private new EpochState Only => State.Journal(Assert.Single(State.Epochs));

    /// <summary>All heads, each signed by the certificate that was shown and of an entry that had come before it.</summary>
    private List<SignedHead> Check()
    {
        foreach (var (head, highWater, shown) in State.SignedHeads)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(shown);
            using var key = certificate.GetECDsaPublicKey()!;
            Assert.Equal(certificate.GetCertHash(HashAlgorithmName.SHA256), head.CertificateSha256.ToByteArray());
            Assert.True(IsSigned(head, key), $"the head at {head.Sequence} is not signed");
            Assert.True(head.Sequence <= highWater, $"the head at {head.Sequence} came when the server had {highWater}");
            Assert.Equal(Only.Entries[(int)head.Sequence - 1].Hash, head.Hash);
        }

        return [.. State.SignedHeads.Select(head => head.Head)];
    }

    private static bool IsSigned(SignedHead head, ECDsa key)
    {
        Assert.True(Bytes128.TryRead(head.Epoch.Span, out var epoch));
        return SignedJournalHead.IsSignedBy(key, new JournalId(1, epoch), head.Sequence, Digest.FromBytes(head.Hash.Span), head.SignedUs, head.Signature.Span);
    }
}
