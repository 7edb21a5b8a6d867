"""What the page says, Chinese first and English below it, and how it is put together. Knows no state."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

REFRESH_S: Final = 2

Pair = tuple[str, str]
"""Chinese and English."""

STEPS: Final[tuple[Pair, ...]] = (
    (
        "第一步：把血压计或血糖仪拿到盒子旁边，打开配对（多数要按住蓝牙键，直到显示 Pr 或 -P-）。",
        "Step 1: bring the meter near and start its pairing (often: hold its key until it shows Pr or -P-).",
    ),
    (
        "第二步：如果屏幕上或机身背面有六位数字，请输入；没有就等一会儿。",
        "Step 2: if the meter shows six digits, or has them on its back, type them here; otherwise wait.",
    ),
    (
        "第三步：关机或取出电池，等十秒再打开，再量一次。这一步成功才算配好。",
        "Step 3: switch it off or take the batteries out, wait ten seconds, measure once. Then it is paired.",
    ),
)

SAID: Final[Mapping[str, Pair]] = {
    "door": ("请输入盒子上的密码", "Type the code of this box"),
    "voice": ("盒子说了什么", "What the box says"),
    "quiet": ("还没有说过话。", "It has said nothing yet."),
    "title": ("配对血压计、血糖仪", "Pair a meter"),
    "begin": ("开始配对", "Begin"),
    "stop": ("停止", "Stop"),
    "send": ("确定", "OK"),
    "same": ("数字一样", "They are the same"),
    "different": ("不一样", "They differ"),
    "done": ("已配好。以后量完会自动传送。", "Paired. From now on it sends by itself."),
    "shown": ("请核对或在血压计上输入这个数字：", "Compare this with the meter, or type it there:"),
    "not_digits": ("请输入六位数字", "Six digits, please"),
    "refused": (
        "血压计没有接受，数字可能不对。请让它重新进入配对状态。",
        "The meter did not accept it; the digits may be wrong. Put it into pairing mode again.",
    ),
    "nobody_came": (
        "没有发现进入配对状态的血压计。离盒子近一点再试。",
        "No meter in pairing mode was found. Try nearer to the box.",
    ),
    "never_came_back": (
        "关机以后没有再连上，还不能算配好。请再试一次。",
        "It did not come back after it was switched off, so it is not paired yet. Please try again.",
    ),
    "forgot": (
        "血压计关机后忘记了配对。先在手机应用里删除它，再试一次。",
        "The meter forgot the pairing when it was off. Remove it from any phone app, then try again.",
    ),
    "not_saved": (
        "盒子现在存不下新的数据。请把数字写在纸上，打电话告诉医生团队。有急事，马上打120。",
        "This box cannot save readings now. Write them down and telephone the team; in an emergency, 120.",
    ),
    "stopped": ("已停止", "Stopped"),
    "bond_lost": (
        "配对丢失：它不再认识这个盒子。可能换过电池，或者和手机配过对。请重新配对。",
        "It no longer knows this box: after new batteries, or paired with a phone. Please pair it again.",
    ),
    "taken": (
        "可能有手机抢先连接了它。请在手机上关闭该应用或蓝牙。",
        "A phone probably connects to it first. Close the app, or Bluetooth, on that phone.",
    ),
    "emptied": (
        "它连上了却没有新数值，可能已被手机应用取走。",
        "It connects and has nothing new: a phone app may have taken the readings.",
    ),
}

_STYLE: Final = (
    "body{font:20px/1.6 sans-serif;max-width:40rem;margin:1rem auto;padding:0 1rem;color:#14212b}"
    "h1{font-size:30px;line-height:1.3;margin:1rem 0}nav{margin-top:1.5rem}"
    "a{color:#0b6b63;display:inline-block;padding:.5rem 0;margin-right:1.2rem}"
    "small{display:block;color:#45545e;font-size:16px;font-weight:400}"
    "button,input{font:inherit;min-height:48px;padding:.3rem 1.4rem;margin:.3rem .3rem .3rem 0;"
    "border:2px solid #0b6b63;border-radius:8px;background:#fff}"
    "button{background:#0b6b63;color:#fff}button small{color:#fff}"
    "ol{list-style:none;padding:0}li{margin:.6rem 0;padding:.2rem .6rem;border-left:6px solid #d5dde1}"
    "li[aria-current]{border-color:#0b6b63;font-weight:600}"
    ".big{font-size:40px;letter-spacing:.2em}.warn{border-left:6px solid #9a4a00;padding-left:.6rem}"
)

_WAYS: Final = f'<nav><a href="/">{SAID["title"][0]}</a><a href="/voice">{SAID["voice"][0]}</a></nav>'

_DOOR: Final = (
    '<form method="post" action="/enter"><input name="code" type="password" aria-label="code" autofocus>'
    "<button>{}</button></form>"
)


def both(pair: Pair) -> str:
    """One thing in both languages, as HTML."""
    return f"{escape(pair[0])}<small lang=en>{escape(pair[1])}</small>"


def said(key: str) -> str:
    return both(SAID[key])


def document(key: str, content: str | None = None, *, refresh_s: int | None) -> bytes:
    """A whole page: heading by key, content as HTML (None: the door's form), and how soon it looks anew."""
    again = "" if refresh_s is None else f'<meta http-equiv="refresh" content="{refresh_s}">'
    inner = _DOOR.format(said("send")) if content is None else content + _WAYS
    return (
        '<!doctype html><html lang="zh"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">{again}'
        f"<title>{escape(SAID[key][0])}</title><style>{_STYLE}</style>"
        f"<main><h1>{said(key)}</h1>{inner}</main></html>"
    ).encode()
