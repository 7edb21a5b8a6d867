"""The demo's page: what each home's gateway has delivered, live. The doctor's pages are not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

Language = Literal["zh", "en"]

_TEMPLATES: Final = Path(__file__).parent / "templates"
_REFRESH_S: Final = 2

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "zh": {
        "title": "家脉演示",
        "lead": "每家的网关读取血压计和血糖仪；云端存入数据库后签发回执。本页每两秒更新一次。",
        "home": "家庭",
        "stored": "已存读数",
        "batches": "已核对批次",
        "missing": "未到批次",
        "age": "最近一次",
        "ledger": "账本",
        "complete": "完整",
        "incomplete": "尚有未到",
        "unknown": "无法证明",
        "waiting": "等待第一批",
        "seconds": "秒前",
        "never": "还没有",
        "other": "English",
        "total": "合计",
    },
    "en": {
        "title": "Hearthline demo",
        "lead": "Each home's gateway reads a blood-pressure meter and a glucometer. The cloud signs a "
        "receipt once a batch is committed. This page refreshes every two seconds.",
        "home": "Home",
        "stored": "Readings stored",
        "batches": "Batches verified",
        "missing": "Batches missing",
        "age": "Last stored",
        "ledger": "Ledger",
        "complete": "complete",
        "incomplete": "some not arrived",
        "unknown": "cannot be proven",
        "waiting": "waiting for the first batch",
        "seconds": "s ago",
        "never": "none yet",
        "other": "中文",
        "total": "Total",
    },
}


@dataclass(frozen=True, slots=True)
class HomeRow:
    """One home as the cloud sees it; `age_s` is seconds since the last reading was stored."""

    number: int
    stored: int
    verified: int
    missing: int
    age_s: int | None
    ledger: Literal["complete", "incomplete", "unknown", "waiting"]


def create_page(homes: Callable[[], Sequence[HomeRow]]) -> FastAPI:
    """The application; `homes` is asked at every request."""
    app = FastAPI(title="Hearthline demo", docs_url=None, redoc_url=None)
    templates = Jinja2Templates(_TEMPLATES)

    @app.get("/", response_class=HTMLResponse)
    def page(request: Request, lang: Language = "zh") -> HTMLResponse:
        rows = homes()
        context = {
            "lang": lang,
            "words": _WORDS[lang],
            "rows": rows,
            "stored": sum(row.stored for row in rows),
            "verified": sum(row.verified for row in rows),
            "missing": sum(row.missing for row in rows),
            "refresh_s": _REFRESH_S,
        }
        return templates.TemplateResponse(request, "homes.html", context)

    return app
