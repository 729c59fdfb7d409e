using KyCuong.Protos.Enrolment;

namespace KyCuong.Protos.Tests;

public sealed class EnrolmentTests
{
    public static TheoryData<string, string, string> Codes()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var fields in Vectors.Read("enrolment-codes.txt")) data.Add(fields[0], fields[1], fields[2]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Code_vector_is_read_and_written_back(string secret, string authority, string code)
    {
        Assert.Equal(code, EnrolmentCode.Create(Convert.FromHexString(secret), Convert.FromHexString(authority)).ToString());
        Assert.True(EnrolmentCode.TryParse(code, out var parsed));
        Assert.Equal(secret, Convert.ToHexStringLower(parsed.Secret));
        Assert.True(parsed.IsFor(Convert.FromHexString(authority)));
        Assert.False(parsed.IsFor("another CA"u8));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Code_is_read_as_people_type_it(string secret, string authority, string code)
    {
        _ = authority;
        var typed = " " + code.ToLowerInvariant().Replace('-', ' ').Replace('0', 'o').Replace('1', 'l');
        Assert.True(EnrolmentCode.TryParse(typed, out var parsed));
        Assert.Equal(secret, Convert.ToHexStringLower(parsed.Secret));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Code_with_a_symbol_missing_or_too_many_is_refused(string secret, string authority, string code)
    {
        _ = (secret, authority);
        for (var i = 0; i < code.Length; i++)
            if (code[i] != '-')
                Assert.False(EnrolmentCode.TryParse(code.Remove(i, 1), out _), $"without {i}");
        Assert.False(EnrolmentCode.TryParse(code + "0", out _));
        Assert.False(EnrolmentCode.TryParse("", out _));
        Assert.False(EnrolmentCode.TryParse(code[..^1] + "U", out _));
    }

    /// <summary>Ten check bits let about one wrong code in 1,024 through; the server refuses those.</summary>
    [Theory]
    [MemberData(nameof(Codes))]
    public void Wrong_symbols_are_almost_always_found(string secret, string authority, string code)
    {
        _ = (secret, authority);
        var tried = 0;
        var passed = 0;
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] == '-') continue;
            foreach (var symbol in Crockford.Alphabet)
            {
                if (symbol == code[i]) continue;
                tried++;
                if (EnrolmentCode.TryParse(code[..i] + symbol + code[(i + 1)..], out _)) passed++;
            }
        }

        Assert.InRange(passed, 0, tried / 200);
    }

    [Theory]
    [InlineData("kycuong://BQLKCN/kiosk/17", true)]
    [InlineData("kycuong://BQLKCN/kiosk/017", false)]
    [InlineData("kycuong://BQLKCN/kiosk/+17", false)]
    [InlineData("kycuong://BQLKCN/kiosk/", false)]
    [InlineData("kycuong://bqlkcn/kiosk/17", false)]
    [InlineData("kycuong://BQLKCN/server", false)]
    [InlineData("KYCUONG://BQLKCN/kiosk/17", false)]
    [InlineData("kycuong://A/B/kiosk/17", false)]
    public void Kiosk_name_is_read_to_the_letter(string name, bool right)
    {
        Assert.Equal(right, PeerName.TryParseKiosk(name, out var agency, out var id));
        if (right) Assert.Equal(("BQLKCN", 17UL), (agency, id));
    }
}
