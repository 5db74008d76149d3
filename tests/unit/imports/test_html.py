"""What HTML of merchants keeps, what goes, and which words remain."""

import pytest

from services.kit.html import losses, plain_text, sanitised


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a b c"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a b"),
        ("<section>a</section><article>b</article><main>c</main><aside>d</aside>", "a b c d"),
        ("<ul><li>a</li><li>b</li></ul>c<br>d<hr>e", "a b c d e"),
        ("<form>a</form><button>b</button><center>c</center>", "a b c"),
        ("<b>a</b>b<i>c</i><span>d</span>", "abcd"),
        ("a <script>x()</script><style>p{}</style>b", "a b"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
    ],
)
def test_words_of_blocks_stand_apart_and_those_of_a_line_together(html: str, words: str) -> None:
    """In the HTML as it comes, and as it is kept."""
    assert (plain_text(html), plain_text(sanitised(html))) == (words, words)


@pytest.mark.parametrize(
    "html",
    [
        '<iframe src="https://www.youtube.com/embed/abc" width="560"></iframe>',
        '<iframe src="https://player.vimeo.com/video/1"></iframe>',
        '<a href="tel:+441234" target="_blank" rel="noopener noreferrer">call</a>',
        '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        "<section><details><summary>a</summary>b</details></section>",
    ],
)
def test_what_is_kept_stays_as_it_is(html: str) -> None:
    """And cleaning it again changes nothing."""
    assert sanitised(html) == html
    assert losses(html, html) == ()


@pytest.mark.parametrize(
    ("html", "lost"),
    [
        ('<iframe src="https://evil.test/embed"></iframe>', ("<iframe>", "src")),
        ('<iframe src="https://www.youtube.com.evil.test/"></iframe>', ("<iframe>", "src")),
        ('<iframe src="http://www.youtube.com/embed/a"></iframe>', ("<iframe>", "src")),
        (r'<iframe src="https://evil.test\@www.youtube.com/a"></iframe>', ("<iframe>", "src")),
        ('<iframe src="https://evil.test@www.youtube.com/a"></iframe>', ("<iframe>", "src")),
        ('<iframe src="https://www.youtube.com:8443/a"></iframe>', ("<iframe>", "src")),
        (
            '<p class="x" style="color:red" onclick="x()" data-x="1">a</p>',
            ("class", "event handlers", "other attributes", "style"),
        ),
        ('<a href="javascript:alert(1)">a</a>', ("href",)),
        ('<a href="/x" target="other">a</a>', ("target",)),
        ("<form><input></form><blink>a</blink>", ("<form>", "<input>", "<other elements>")),
    ],
)
def test_what_goes_is_named(html: str, lost: tuple[str, ...]) -> None:
    """By names that no file can choose."""
    assert losses(html, sanitised(html)) == lost
