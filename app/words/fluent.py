"""Words of what a language model writes: an answer worded anew, always told apart from quotations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FluentWords:
    """Words of a model's answer; `{}` stands where a value comes in."""

    # The switch on the page, and what it does.
    worded: str
    worded_long: str
    # The two wordings of an answer.
    wordings: str
    extractive: str
    fluent: str
    write: str
    # While the model is at work.
    writing: str
    waiting: str
    ahead: str
    coming: str
    stop: str
    stop_long: str
    # What stands above its words when they are checked.
    checked: str
    struck: str
    left_out: str
    dropped: str
    replaced: str
    struck_out: str
    repaired: str
    # Told aloud when the checked words are there.
    ready: str
    # In place of its words, behind what went wrong.
    stands: str
    lost: str
    too_many: str
    # In files: the heading above its words.
    by_model: str


VI = FluentWords(
    worded="Lời văn của mô hình",
    worded_long="Cho mô hình ngôn ngữ viết lại câu trả lời; từng câu được đối chiếu với nguồn",
    wordings="Cách trình bày câu trả lời",
    extractive="Trích nguyên văn",
    fluent="Lời văn của mô hình",
    write="Nhờ mô hình viết lại câu trả lời này",
    writing="Đang viết bằng mô hình {model}, chưa kiểm tra…",
    waiting="Đang chờ mô hình ngôn ngữ…",
    ahead="Đang chờ mô hình ngôn ngữ: trước câu này còn {count} câu trả lời…",
    coming="Mô hình ngôn ngữ đang viết lại câu trả lời này.",
    stop="Dừng viết",
    stop_long="Dừng mô hình, giữ câu trả lời trích nguyên văn",
    checked="Lời văn do mô hình {model} viết, từng câu đã đối chiếu với nguồn",
    struck="chưa được nguồn xác nhận",
    left_out="Chưa được nguồn xác nhận: {counts}.",
    dropped="{count} câu đã bỏ",
    replaced="{count} câu đã được thay bằng câu trích",
    struck_out="{count} câu đã gạch ngang",
    repaired="Đã ghi lại số trích dẫn của {count} câu mà mô hình ghi thiếu hoặc sai.",
    ready="Mô hình đã viết xong: {answer}",
    stands="Câu trả lời trích nguyên văn được giữ.",
    lost="Mất kết nối khi mô hình đang viết.",
    too_many="Đang có quá nhiều câu trả lời chờ mô hình. Hãy thử lại sau ít phút.",
    by_model="Do mô hình {model} viết, từng câu đã đối chiếu với nguồn",
)
EN = FluentWords(
    worded="In a model's words",
    worded_long="Let a language model word the answers; every sentence is checked against the sources",
    wordings="How the answer is shown",
    extractive="Quotations",
    fluent="In the model's words",
    write="Let the model word this answer",
    writing="Being written by the model {model}, not checked yet…",
    waiting="Waiting for the language model…",
    ahead="Waiting for the language model, answers before this one: {count}…",
    coming="A language model is putting this answer into its own words.",
    stop="Stop writing",
    stop_long="Stop the model and keep the quotations",
    checked="Written by the model {model}, every sentence checked against the sources",
    struck="not confirmed by a source",
    left_out="Sentences that no source confirms: {counts}.",
    dropped="{count} left out",
    replaced="{count} replaced by a quotation",
    struck_out="{count} struck out",
    repaired="Sentences that a source confirms, with citation numbers missing or wrong: {count} put right.",
    ready="The model has finished: {answer}",
    stands="The quotations stand.",
    lost="The connection was lost while the model was writing.",
    too_many="Too many answers wait for the model. Try again in some minutes.",
    by_model="Written by the model {model}, every sentence checked against the sources",
)
