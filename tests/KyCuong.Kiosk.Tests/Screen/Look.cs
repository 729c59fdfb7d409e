using System.Text.Json;

namespace KyCuong.Kiosk.Tests.Screen;

/// <summary>What is to be seen of the page at one moment, measured in the browser.</summary>
/// <param name="View">Its <c>data-view</c>.</param>
/// <param name="Problems">What is cut off, lies over something else or out of its place.</param>
/// <param name="Letters">How large the letters are.</param>
/// <param name="Colours">In what colours words are written.</param>
/// <param name="Keys">What is to be touched.</param>
internal sealed record Look(string View, List<string> Problems, List<Letters> Letters, List<Colours> Colours, List<TouchKey> Keys)
{
    /// <summary>Gives it as JSON.</summary>
    public static string Script { get; } = $"({Source})({JsonSerializer.Serialize(PanelSize.Selectors)})";

    private const string Source = """
        selectors => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
          const problems = [], box = e => e.getBoundingClientRect(), show = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : [...e.classList].map(name => '.' + name).join('')) + (e.dataset.key ?? '');
          const outside = (r, o) => Math.max(o.left - r.left, o.top - r.top, r.right - o.right, r.bottom - o.bottom) > 1;
          const shown = [...document.querySelectorAll('header, header *, main > section, main > section *, footer, footer *')].filter(e => e.getClientRects().length && !e.closest('svg svg, path'));
          const items = [], colours = [];
          // What lies under an element, from the page upwards, and how much of it shows through.
          const rgba = text => (/^rgba?\(/.test(text) || problems.push(text + ' is a colour of a kind not measured here'), text.match(/[\d.]+/g).map(Number));
          const over = ([r, g, b, a = 1], under) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
          const ground = e => e ? over(rgba(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : [255, 255, 255];
          const seen = e => e ? getComputedStyle(e).opacity * seen(e.parentElement) : 1;
          for (const e of shown) {
            const part = e.closest('header, main > section, footer'), style = getComputedStyle(e);
            if (outside(box(e), { left: 0, top: 0, right: innerWidth, bottom: innerHeight })) problems.push(show(e) + ' is out of the window');
            if (outside(box(e), box(part))) problems.push(show(e) + ' is out of ' + show(part));
            if (style.overflowX !== 'visible' && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) problems.push(show(e) + ' is cut');
            if (e.matches('img, svg')) items.push([e, box(e)]);
            // What is written, in its own lines: it may not leave the columns it stands in, and its marks not the part of the screen.
            const words = [...e.childNodes].filter(node => node.nodeType === 3 && node.data.trim());
            if (!words.length) continue;
            const [r0, g0, b0, a0 = 1] = rgba(style.color), under = ground(e);
            colours.push({ what: show(e), ink: over([r0, g0, b0, a0 * seen(e)], under), ground: under });
            const range = document.createRange();
            range.setStart(words[0], 0);
            range.setEnd(words.at(-1), words.at(-1).length);
            const r = box(range), line = r.height / Math.max(1, Math.round(r.height / (parseFloat(style.fontSize) * 1.25)));
            for (let around = e; around; around = around === part ? null : around.parentElement)
              if (outside({ left: r.left, right: r.right, top: 1e9, bottom: -1e9 }, box(around))) problems.push(show(e) + ' is wider than ' + show(around));
            if (outside(r, box(part))) problems.push(show(e) + ' is cut by ' + show(part));
            // The height that fonts keep free above and below is nobody's.
            items.push([e, { left: r.left, right: r.right, top: r.top + line * .2, bottom: r.bottom - line * .2 }]);
          }
          items.forEach(([a, r], i) => items.slice(i + 1).forEach(([b, o]) => {
            if (Math.min(r.right, o.right) - Math.max(r.left, o.left) > 1 && Math.min(r.bottom, o.bottom) - Math.max(r.top, o.top) > 1) problems.push(show(a) + ' and ' + show(b) + ' lie over each other');
          }));
          if (photo.getClientRects().length) {
            const whole = photo.naturalWidth && !outside(box(photo), box(photo.parentElement)) && !outside(box(photo.parentElement), box(photo));
            if (!whole) problems.push('the portrait does not fill its frame');
            if (Math.abs(box(photo).width / box(photo).height - 3 / 4) > .01) problems.push('the portrait is not 3:4 and cut');
          }
          if (clock.getClientRects().length) {
            const range = document.createRange(), column = box(clock.parentElement);
            range.selectNodeContents(clock);
            if (Math.min(box(range).left - column.left, column.right - box(range).right) < column.width * .04) problems.push('the clock touches the edge of its column');
          }
          const brush = document.createElement('canvas').getContext('2d');
          const letters = selectors.flatMap(selector => [...document.querySelectorAll(selector)].filter(e => e.getClientRects().length && e.textContent.trim()).map(e => {
            const style = getComputedStyle(e);
            brush.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
            return { selector, capPx: brush.measureText('H').actualBoundingBoxAscent };
          }));
          const keys = [...document.querySelectorAll('button')].filter(e => e.getClientRects().length).map(e => ({ text: e.textContent, left: box(e).left, top: box(e).top, width: box(e).width, height: box(e).height }));
          done(JSON.stringify({ view: document.body.dataset.view, problems, letters, colours, keys }));
        })))
        """;
}

/// <summary>Letters on the page.</summary>
/// <param name="Selector">Whose.</param>
/// <param name="CapPx">Height of a capital, pixels.</param>
internal sealed record Letters(string Selector, double CapPx);

/// <summary>Words on the page.</summary>
/// <param name="What">The element that they stand in.</param>
/// <param name="Ink">Red, green and blue of the letters, 0 to 255 each, as seen on their ground.</param>
/// <param name="Ground">Of what lies under them.</param>
internal sealed record Colours(string What, double[] Ink, double[] Ground);

/// <summary>A button on the page.</summary>
/// <param name="Text">What stands on it.</param>
/// <param name="Left">Pixels.</param>
/// <param name="Top">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
internal sealed record TouchKey(string Text, double Left, double Top, double Width, double Height);
