"""The few words that an agreement's frame needs beside its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clinician_api.agreements.rules import Language, Method, Role


@dataclass(frozen=True, slots=True)
class Wording:
    lang: str
    title: str
    page: str
    columns: tuple[str, str, str, str]
    roles: Mapping[Role, str]
    methods: Mapping[Method, str]
    sealed: str
    digest: str


WORDS: Final[Mapping[Language, Wording]] = {
    "zh": Wording(
        lang="zh-CN",
        title="家庭医生签约服务协议书",
        page="第 {page} 页，共 {pages} 页",
        columns=("服务包", "服务项目", "次数/年", "付费"),
        roles={"resident": "乙方签字", "doctor": "签约医生签字"},
        methods={"on_page": "网页确认", "code": "短信验证码确认", "drawn": "手写签名", "paper": "纸质签名"},
        sealed="甲方电子签章",
        digest="协议内容指纹",
    ),
    "en": Wording(
        lang="en",
        title="Family doctor agreement",
        page="Page {page} of {pages}",
        columns=("Package", "Service", "A year", "Paid by"),
        roles={"resident": "For the resident", "doctor": "The doctor"},
        methods={
            "on_page": "on the page",
            "code": "by one-time code",
            "drawn": "drawn by hand",
            "paper": "on paper",
        },
        sealed="Electronic seal of the provider",
        digest="Fingerprint of this agreement",
    ),
}
