using System.Globalization;
using System.Text.Json;
using KyCuong.Kiosk.Screen;
using Xunit.Abstractions;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>
/// Every view of the page on every screen: nothing cut, nothing over anything else, keys for thumbs, letters for three metres that stand out. A
/// picture of each is written to the folder <c>screens</c> beside the tests, as <c>view-NAME-WIDTHxHEIGHT.png</c>.
/// </summary>
public sealed class ViewTests(ITestOutputHelper output)
{
    private static readonly string Pictures = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screens")).FullName;

    // The smallest and largest of the issue, what is sold between them, an old office monitor (5:4), and standing.
    private static readonly (int Width, int Height)[] Sizes = [(1024, 600), (1280, 720), (1280, 1024), (1920, 1080), (1080, 1920), (800, 1280), (600, 1024)];
    private static readonly (int Width, int Height)[] Photographed = [(1024, 600), (1920, 1080), (600, 1024)];

    private readonly Dictionary<((int Width, int Height) Size, bool Letters, string Text), TouchKey> _places = [];

    [Fact]
    public async Task Every_view_fits_every_screen_can_be_read_at_three_metres_and_has_keys_for_thumbs()
    {
        await using var page = await ShownPage.OpenAsync(Views.All[0].Standing);
        var problems = new List<string>();
        foreach (var (width, height) in Sizes)
        {
            await page.Browser.ResizeAsync(width, height);
            await page.LoadAsync();
            foreach (var view in Views.All)
            {
                await ShowAsync(page, view);
                await LookAsync(page, view.Name, view.Shows, view.Longest, (width, height), problems);
            }
        }

        await page.FallSilentAsync();
        await page.Browser.ExpectAsync("document.body.dataset.view", "gone");
        foreach (var (width, height) in Sizes)
        {
            await page.Browser.ResizeAsync(width, height);
            await LookAsync(page, "gone", "gone", longest: false, (width, height), problems);
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static async Task ShowAsync(ShownPage page, View view)
    {
        await page.ShowAsync(view.Standing);
        if (view.Press is { } press) await page.Browser.EvaluateAsync($"{{ {press} null }}");
        if (view.Verdict is not { } verdict) return;
        if (view.Shows == "entry")
        {
            var panel = page.Tell(verdict, view.Rules);
            await page.Browser.ExpectAsync("strip.textContent", $"{panel.Title} · {panel.Name}");
            return;
        }

        var shown = await page.ShowAsync(verdict, view.Rules);
        if (view.Note is not { } note) return;
        page.Note(shown, note);
        await page.Browser.ExpectAsync("note.textContent", note);
    }

    private async Task LookAsync(ShownPage page, string name, string shows, bool longest, (int Width, int Height) size, List<string> problems)
    {
        Look look;
        do
        {
            // A browser that got no time for seconds believes the kiosk silent until it reads on: that is another view.
            await page.Browser.ExpectAsync("document.body.dataset.view", shows);
            look = JsonSerializer.Deserialize<Look>((await page.Browser.EvaluateAsync(Look.Script))!, JsonSerializerOptions.Web)!;
        }
        while (look.View != shows);

        var where = $"{name} at {size.Width}x{size.Height}: ";
        problems.AddRange(look.Problems.Select(problem => where + problem));
        foreach (var letters in look.Letters)
            if (PanelSize.TooSmall(letters.Selector, letters.CapPx, size, longest) is { } small) problems.Add(where + small);
        problems.AddRange(look.Colours.Select(Contrast.TooFaint).OfType<string>().Select(faint => where + faint));
        problems.AddRange(look.Keys.Where(key => !PanelSize.IsForThumbs(key.Width, key.Height, size)).Select(key => $"{where}key {key.Text} is {key.Width:0} x {key.Height:0} px"));
        if (look.Letters.Count == 0 || look.Colours.Count == 0) problems.Add(where + "shows nothing");
        if (shows is "entry" != look.Keys.Any(key => key.Text == "⌫")) problems.Add(where + "has the wrong keys");
        // The same key is where it was, whatever else is said meanwhile: a thumb is on its way to it.
        foreach (var key in look.Keys.Where(_ => shows == "entry"))
        {
            var place = (size, Letters: look.Keys.Any(other => other.Text == "Q"), key.Text);
            if (!_places.TryAdd(place, key) && _places[place] != key) problems.Add($"{where}key {key.Text} moved from {_places[place].Top:0} to {key.Top:0} px");
        }

        if (!Photographed.Contains(size)) return;
        if (look.Keys.Count > 0) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{where}smallest key {look.Keys.Min(key => key.Width):0} x {look.Keys.Min(key => key.Height):0} px"));
        await page.Browser.ShootAsync(Path.Combine(Pictures, $"view-{name}-{size.Width}x{size.Height}.png"));
    }
}
