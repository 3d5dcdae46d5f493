"""What is said of a file from outside: accepted, repaired or rejected, with cause and mend in both languages."""

from __future__ import annotations

from dataclasses import dataclass

ACCEPTED = "accepted"
REPAIRED = "accepted_repaired"
REJECTED = "rejected"


@dataclass(frozen=True)
class Note:
    """One thing done to the working copy, or to be known of the original. `code` never changes once released."""

    code: str
    message: str  # Chinese
    message_en: str


@dataclass(frozen=True)
class Received:
    """What became of a file: `working` is the derived PDF copy, safe to bind; None where there is none.

    `outcome` is accepted, accepted_repaired or rejected; `reason_code` is `ok` or names why it was rejected or cannot
    be bound yet; `pages` counts the working copy's pages; `digest` is the SHA-256 of the file as received.
    """

    file_name: str
    digest: str
    outcome: str
    reason_code: str
    message: str
    message_en: str
    mend: str = ""
    mend_en: str = ""
    kind: str = ""
    pages: int = 0
    working: bytes | None = None
    notes: tuple[Note, ...] = ()

    @property
    def bindable(self) -> bool:
        """Whether it has pages that can stand in a bundle."""
        return self.working is not None


class Refused(Exception):
    """A file that cannot be taken, by the code of `REASONS`; `words` fill its message."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(code)
        self.code = code
        self.words = {name: str(value) for name, value in words.items()}


# code: message, message in English, mend, mend in English
REASONS: dict[str, tuple[str, str, str, str]] = {
    "ok": ("已接收", "accepted", "", ""),
    "empty": ("文件是空的", "the file is empty", "请重新导出后上传", "export it again and upload"),
    "too_large": (
        "文件 {size} MB，超过单个文件上限 {limit} MB",
        "the file has {size} MB, more than the limit of {limit} MB",
        "请拆分或压缩扫描分辨率（200–300 dpi）后上传",
        "split it, or scan at 200–300 dpi",
    ),
    "unknown_type": (
        "无法识别的文件类型（按内容判断，不看扩展名）",
        "the type of the file is not known (judged by its content, not its name)",
        "请转换为 PDF、JPEG、PNG 或 TIFF 后上传",
        "convert it to PDF, JPEG, PNG or TIFF",
    ),
    "svg": (
        "SVG 可以包含脚本，不接收",
        "SVG may hold scripts and is not accepted",
        "请导出为 PNG 或 PDF",
        "export it as PNG or PDF",
    ),
    "heic": (
        "HEIC/HEIF/AVIF 照片不能直接装订",
        "HEIC, HEIF and AVIF photographs cannot be bound as they are",
        "请在手机“设置－相机－格式”选“兼容性最佳”，或在相册中导出为 JPEG",
        "set the camera to “Most Compatible”, or export the photo as JPEG",
    ),
    "audio_video": (
        "录音、录像不能装订成页",
        "sound and video cannot be bound as pages",
        "请另行刻盘提交，并上传文字整理稿的 PDF",
        "hand it in on a disc and upload the transcript as PDF",
    ),
    "archive": (
        "压缩包不能作为证据装订",
        "an archive cannot be bound as evidence",
        "请解压后逐个上传其中的文件",
        "unpack it and upload its files",
    ),
    "spreadsheet": (
        "表格和演示文稿没有固定的页，不能装订",
        "spreadsheets and slides have no fixed pages and cannot be bound",
        "请在原软件中打印为 PDF 后上传",
        "print it to PDF and upload that",
    ),
    "office_legacy": (
        "旧版 Office 文件（.doc/.xls/.ppt）不能装订",
        "an old Office file (.doc, .xls, .ppt) cannot be bound",
        "请另存为 DOCX 或打印为 PDF 后上传",
        "save it as DOCX or print it to PDF",
    ),
    "office_encrypted": (
        "Office 文件设有打开密码",
        "the Office file needs a password to open",
        "请取消密码，或打印为 PDF 后上传",
        "remove the password, or print it to PDF",
    ),
    "office_macro": (
        "Office 文件含有宏，不接收",
        "the Office file holds macros and is not accepted",
        "请另存为不含宏的 DOCX，或打印为 PDF",
        "save it without macros, or print it to PDF",
    ),
    "office_doctype": (
        "Office 文件的 {part} 含有 DOCTYPE 声明，可能隐去文字，不接收",
        "{part} of the Office file holds a DOCTYPE, which can hide words; it is not accepted",
        "请在 Word 或 WPS 中另存为新的 DOCX",
        "save it again as a new DOCX",
    ),
    "office_damaged": (
        "Office 文件已损坏，无法打开",
        "the Office file is damaged",
        "请在 Word 或 WPS 中修复并另存，或打印为 PDF",
        "repair and save it again, or print it to PDF",
    ),
    "container_entries": (
        "文件内部有 {found} 个部件，超过上限 {limit}",
        "the file holds {found} parts, more than the limit of {limit}",
        "请打印为 PDF 后上传",
        "print it to PDF and upload that",
    ),
    "container_bomb": (
        "文件展开后过大（{found} MB），疑似压缩炸弹",
        "the file unfolds to too much ({found} MB); it looks like a decompression bomb",
        "请打印为 PDF 后上传",
        "print it to PDF and upload that",
    ),
    "container_name": (
        "文件内部含有不允许的路径或链接：{found}",
        "the file holds a path or link that is not allowed: {found}",
        "请在原软件中另存后上传",
        "save it again and upload that",
    ),
    "container_overlap": (
        "文件内部的部件互相重叠，疑似压缩炸弹",
        "parts inside the file overlap; it looks like a decompression bomb",
        "请在原软件中另存后上传",
        "save it again and upload that",
    ),
    "docx_print": (
        "DOCX 原件已保存，但本机没有可用的转换程序（LibreOffice），尚不能装订",
        "the DOCX is kept, but no converter (LibreOffice) works here, so it cannot be bound yet",
        "请在 Word 或 WPS 中打印为 PDF，上传该 PDF",
        "print it to PDF and upload that PDF",
    ),
    "docx_external": (
        "DOCX 引用了外部文件（模板、图片或域），不会被读取，因此不代为转换",
        "the DOCX refers to files outside (template, picture or field); never followed, so it is not converted",
        "请在 Word 或 WPS 中核对后打印为 PDF，上传该 PDF",
        "check it and print it to PDF, then upload that PDF",
    ),
    "pdf_password": (
        "PDF 设有打开密码",
        "the PDF needs a password to open",
        "请输入密码或上传无密码版本",
        "enter the password, or upload a version without one",
    ),
    "pdf_password_wrong": (
        "PDF 的打开密码不对",
        "the password of the PDF is wrong",
        "请重新输入密码或上传无密码版本",
        "enter the password again, or upload a version without one",
    ),
    "pdf_damaged": (
        "PDF 已损坏，无法修复",
        "the PDF is damaged beyond repair",
        "请重新下载或重新扫描后上传",
        "download or scan it again",
    ),
    "pdf_no_pages": ("PDF 没有任何页", "the PDF has no pages", "请重新导出后上传", "export it again and upload"),
    "pdf_too_many_pages": (
        "共 {found} 页，超过单个文件上限 {limit} 页",
        "{found} pages, more than the limit of {limit} in one file",
        "请拆分成多个文件后上传",
        "split it into several files",
    ),
    "pdf_page_size": (
        "第 {page} 页的边长 {found} 点，超出 1–14400 点",
        "a side of page {page} is {found} points, outside 1–14,400",
        "请重新打印为 A4 的 PDF",
        "print it again as an A4 PDF",
    ),
    "pdf_form_unseen": (
        "表单栏“{field}”的内容“{value}”没有可见的样式，装订后会看不见",
        "the form field “{field}” holds “{value}” without an appearance; it would not be seen in the bundle",
        "请在阅读器中打印为 PDF 后上传",
        "print it to PDF in a viewer and upload that",
    ),
    "image_too_large": (
        "图片 {found} 百万像素，超过上限 {limit}",
        "the image has {found} megapixels, more than the limit of {limit}",
        "请缩小后上传",
        "make it smaller",
    ),
    "image_damaged": (
        "图片已损坏，无法完整读取",
        "the image is damaged and cannot be read in full",
        "请重新拍照或扫描后上传",
        "photograph or scan it again",
    ),
    "picture_kind": (
        "标志须为 PNG 或 JPEG，印模须为 PNG（按内容判断，不看扩展名）",
        "a logo is a PNG or JPEG, a seal a PNG (judged by its content, not its name)",
        "请导出为 PNG 后上传",
        "export it as PNG",
    ),
    "picture_large": (
        "图片为 {found} 像素，超过上限（边长 {limit}、总数 400 万）",
        "the picture has {found} pixels, more than {limit} a side or four million in all",
        "请缩小后上传",
        "make it smaller",
    ),
    "picture_small": (
        "图片为 {found} 像素，边长不足 {limit}",
        "the picture has {found} pixels, fewer than {limit} a side",
        "请以更高的分辨率导出",
        "export it larger",
    ),
    "picture_opaque": (
        "印模的底色须透明，四角须没有颜色",
        "the ground of a seal's picture is transparent, its corners without colour",
        "请去除底色，导出为带透明通道的 PNG",
        "take the ground away and export it as PNG with transparency",
    ),
    "parser_stopped": (
        "读取这个文件的程序因超出内存或时间限制、或因文件异常而中止",
        "the program reading this file was stopped: it needed too much memory or time, or the file is malformed",
        "请重新打印为 PDF 或重新扫描后上传",
        "print it to PDF again, or scan it again",
    ),
    "parser_time": (
        "读取这个文件超过 {seconds} 秒，已中止",
        "reading this file took more than {seconds} seconds and was stopped",
        "请拆分或重新打印为 PDF 后上传",
        "split it, or print it to PDF again",
    ),
}

# code: message, message in English; those of `REPAIRS` make the outcome `accepted_repaired`
NOTES: dict[str, tuple[str, str]] = {
    "repaired": ("PDF 已损坏，经修复找到 {pages} 页，请核对是否齐全", "the PDF was damaged; {pages} pages were found"),
    "blank_pages": ("修复后第 {pages} 页没有内容，请核对", "after the repair page {pages} is empty; please check"),
    "decrypted": ("已用所给密码解密装订副本，密码不保存", "the copy was decrypted; the password is not kept"),
    "owner_protected": (
        "PDF 设有权限限制（不含打开密码），原件照存",
        "the PDF restricts printing or copying; the original is kept as it is",
    ),
    "active_dropped": ("已从装订副本中去除：{what}", "dropped from the copy: {what}"),
    "flattened": (
        "表单和批注已固化为页面内容（{count} 处），可见内容不变",
        "form fields and comments were made part of the page ({count})",
    ),
    "signed": (
        "PDF 带有数字签名：副本保留其外观，签名效力以原件为准",
        "the PDF is digitally signed: the copy keeps its look, the signature is in the original",
    ),
    "revisions": ("PDF 含有 {count} 个修订版本，请核对", "the PDF holds {count} revisions; please check"),
    "scaled": ("第 {pages} 页不是常用纸张大小，已缩放到 A4", "page {pages} was scaled to A4"),
    "rotation": ("第 {pages} 页的旋转值不规范，已改正", "the rotation of page {pages} was put right"),
    "turned": ("照片已按拍摄方向转正", "the photograph was turned upright"),
    "gps_removed": ("装订副本已去除照片中的拍摄信息（含位置）", "the place where it was taken is off the copy"),
    "converted": ("装订副本已由 {mode} 转换为普通彩色或灰度", "the copy was converted from {mode}"),
    "transparent": ("透明部分已按白底处理", "transparent parts stand on white"),
    "first_frame": ("动图共 {count} 帧，只装订第一帧", "of {count} frames only the first is bound"),
    "frames": ("共 {count} 帧，每帧一页", "{count} frames, one page each"),
    "long_image": ("长图已按原宽分为 {pages} 页，相邻页略有重叠", "the long image was cut into {pages} pages"),
    "docx_converted": (
        "由 LibreOffice 转换为 PDF，请与原件核对",
        "converted by LibreOffice; compare it with the original",
    ),
    "unaccepted_changes": ("DOCX 含有未接受的修订，请核对", "the DOCX holds changes that were not accepted"),
    "trailing_data": ("文件末尾另有数据，未进入装订副本", "data after the end of the file is not in the copy"),
}
REPAIRS = frozenset({"repaired"})


def note(code: str, **words: object) -> Note:
    """A note by its code, its message filled."""
    zh, en = NOTES[code]
    return Note(code, zh.format(**words), en.format(**words))


def verdict(
    file_name: str,
    digest: str,
    code: str,
    kind: str = "",
    words: dict[str, str] | None = None,
    pages: int = 0,
    working: bytes | None = None,
    notes: tuple[Note, ...] = (),
) -> Received:
    """What became of a file by the reason's code: rejected for all codes but `ok` and the DOCX kept as original."""
    zh, en, mend, mend_en = (text.format(**(words or {})) for text in REASONS[code])
    accepted = code in {"ok", "docx_print", "docx_external"}
    repaired = any(each.code in REPAIRS for each in notes)
    outcome = (REPAIRED if repaired else ACCEPTED) if accepted else REJECTED
    return Received(
        file_name, digest, outcome, code, zh, en, mend, mend_en, kind, pages, working if code == "ok" else None, notes
    )
