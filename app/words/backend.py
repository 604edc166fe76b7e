"""Words of the language model behind the page: which it is, how to get one, and another in its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackendWords:
    """Words of the form for the model; `{}` stands where a value comes in."""

    open: str
    heading: str
    about: str
    none: str
    how: str
    now: str
    ready: str
    opening: str
    others: str
    meanwhile: str
    choose: str
    generator: str
    model: str
    use: str
    drop: str
    until_end: str
    by_starting: str
    wrong: str
    looking: str
    chosen: str
    dropped: str
    close: str


VI = BackendWords(
    open="Mô hình ngôn ngữ…",
    heading="Mô hình ngôn ngữ",
    about="Mô hình viết lại câu trả lời cho liền mạch; từng câu được đối chiếu với nguồn. Câu trích nguyên văn vẫn "
    "luôn có.",
    none="Chưa có mô hình nào: mọi câu trả lời đều trích nguyên văn từ báo.",
    how="Chưa có sẵn mô hình? Cài Ollama (ollama.com), chạy {pull}, rồi nhập {address} ở dưới.",
    now="Đang dùng: {model}.",
    ready="Máy chủ của mô hình đang trả lời.",
    opening="Mô hình đang được nạp, hoặc sẽ được nạp khi trả lời lần đầu.",
    others="Máy chủ không liệt kê mô hình này. Ở đó có: {models}.",
    meanwhile="Trong lúc đó, câu trả lời trích nguyên văn vẫn có như thường.",
    choose="Chọn mô hình",
    generator="Địa chỉ máy chủ (http://…/v1), thư mục, tệp .gguf hay mã Hugging Face",
    model="Tên mô hình trên máy chủ (bỏ trống: mô hình đầu tiên)",
    use="Dùng mô hình này",
    drop="Ngừng dùng mô hình",
    until_end="Lựa chọn này có hiệu lực đến khi chương trình tắt. Muốn dùng lâu dài, hãy khởi động bằng {command}",
    by_starting="Ở đây mô hình do người chạy chương trình chọn khi khởi động: {command}",
    wrong="Không tìm thấy mô hình ở đó. Hãy nhập địa chỉ máy chủ (http://…/v1), hoặc thư mục, tệp .gguf hay mã Hugging "
    "Face của mô hình.",
    looking="Đang kết nối…",
    chosen="Từ nay câu trả lời được viết bằng mô hình này.",
    dropped="Đã ngừng dùng mô hình.",
    close="Đóng",
)
EN = BackendWords(
    open="Language model…",
    heading="Language model",
    about="The model words the answers; every sentence is checked against the sources. The quotations always come, "
    "too.",
    none="There is no model yet: all answers are quotations from the articles.",
    how="No model at hand? Install Ollama (ollama.com), run {pull}, and enter {address} below.",
    now="In use: {model}.",
    ready="The model's server answers.",
    opening="The model is being loaded, or will be for its first answer.",
    others="The server lists no such model. It has: {models}.",
    meanwhile="Meanwhile the quotations come as always.",
    choose="Choose a model",
    generator="Address of a server (http://…/v1), a folder, a .gguf file or a Hugging Face id",
    model="The model's name at the server (empty: its first)",
    use="Use this model",
    drop="Use no model",
    until_end="This holds until the program ends. For good, start it with {command}",
    by_starting="Here whoever runs the program chooses the model when it starts: {command}",
    wrong="There is no model there. Enter the address of a server (http://…/v1), or a model's folder, .gguf file or "
    "Hugging Face id.",
    looking="Connecting…",
    chosen="From now on answers are worded by this model.",
    dropped="No model is used any more.",
    close="Close",
)
