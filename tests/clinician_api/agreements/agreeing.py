"""An agreement to try things on: two parties, four services, both signatures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import pypdfium2  # type: ignore[import-untyped]  # it has no types
from pyhanko.pdf_utils.reader import PdfFileReader

from clinician_api.agreements.rules import Item, Role, Signature, Terms

AT: Final = datetime(2026, 3, 1, 2, 3, 4, tzinfo=UTC)
STARTER: Final = Path("clinician_api/agreements/starter")

ITEMS: Final = (
    Item("基础包", "建立、更新健康档案", "1 次", "基本公卫"),
    Item("基础包", "健康咨询（图文，24 小时内答复）", "按需", "医保"),
    Item("高血压", "面对面随访", "4 次", "基本公卫"),
    Item("高血压", "家庭血压远程监测（首 7 天，之后每周 1–2 天）", "按需", "个人或医保"),
)


def terms(
    *, contract: UUID | None = None, resident: str = "陈桂英", items: tuple[Item, ...] = ITEMS
) -> Terms:
    return Terms(
        contract=contract or uuid4(),
        number="HL-2026-000123",
        institution="曹杨社区卫生服务中心",
        institution_phone="021-60000000",
        team="第三团队",
        team_phone="021-60000003",
        doctor="李敏",
        members=("王芳", "孙立群"),
        resident=resident,
        id_number="310107********002X",
        phone="138****0001",
        address="上海市普陀区曹杨路 123 弄 4 号 502 室",
        signer=resident,
        relation="本人",
        basis="self",
        begins=date(2026, 3, 1),
        ends=date(2027, 2, 28),
        items={"zh": items},
        payable=Decimal(15),
        waived=Decimal("15.00"),
    )


def signatures(at: datetime = AT) -> Mapping[Role, Signature]:
    return {
        "resident": Signature("resident", "陈桂英", "code", at, uuid4()),
        "doctor": Signature("doctor", "李敏", "on_page", at, uuid4()),
    }


def words_of(pdf: bytes) -> str:
    """What a reader's program finds on its pages, without breaks."""
    with pypdfium2.PdfDocument(pdf) as pages:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def fonts_of(pdf: bytes) -> dict[str, int]:
    """Each font's name, and the bytes of its program inside the file."""
    page = PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Kids"][0]
    fonts = page["/Resources"]["/Font"]
    described = [fonts[name]["/DescendantFonts"][0]["/FontDescriptor"] for name in fonts]
    return {str(each["/FontName"]): len(each["/FontFile2"].data) for each in described}


def widest_of(pdf: bytes) -> float:
    """How far to the right a sign reaches on any page, in millimetres."""
    with pypdfium2.PdfDocument(pdf) as pages:
        texts = [page.get_textpage() for page in pages]
        rights = (text.get_charbox(n)[2] for text in texts for n in range(text.count_chars()))
        return float(max(rights)) / 72 * 25.4
