"""What the library says of a language model and its words, in Vietnamese with its English: see `app.words.phrases`."""

from __future__ import annotations

MODEL_PHRASES: tuple[tuple[str, str], ...] = (
    (
        "Nguồn không nêu câu trả lời nên mô hình không được hỏi.",
        "The sources do not state the answer, so the model was not asked.",
    ),
    (
        "Không có câu trích nào để đưa cho mô hình.",
        "There is no quotation to give to the model.",
    ),
    (
        "Ngữ cảnh của mô hình quá ngắn cho câu hỏi này.",
        "The model's context is too short for this question.",
    ),
    (
        "Mô hình đã được dừng.",
        "The model was stopped.",
    ),
    (
        "Mô hình không viết gì.",
        "The model wrote nothing.",
    ),
    (
        "Mô hình không thấy câu trả lời trong các đoạn trích.",
        "The model did not find the answer in the excerpts.",
    ),
    (
        "Không câu nào của mô hình được nguồn xác nhận.",
        "No sentence of the model is confirmed by the sources.",
    ),
    (
        "Lời văn của mô hình không nêu đáp án tìm được trong nguồn.",
        "The model's words do not state the answer that was found in the sources.",
    ),
    (
        "Đã bỏ {count} câu không nói về điều được hỏi.",
        "Left out: {count} of its sentences that are not about what was asked.",
    ),
    (
        "Thư viện thay đổi trong lúc mô hình viết.",
        "The library changed while the model was writing.",
    ),
    (
        "Không mở được phần kiểm tra lời của mô hình. Nhật ký của chương trình ghi rõ lỗi và cách khắc phục.",
        "The checks of the model's words could not be opened. The program's log says why, and what to do.",
    ),
    (
        "Chương trình gặp lỗi khi nhờ mô hình viết. Nhật ký của chương trình ghi rõ lỗi.",
        "The program failed while the model was asked. Its log says more.",
    ),
    (
        "Mô hình không trả lời được. Hãy thử lại; nếu vẫn lỗi, hãy xem nhật ký của chương trình.",
        "The model could not answer. Try again; if it goes on, look at the program's log.",
    ),
    (
        "Không kết nối được với máy chủ của mô hình. Hãy khởi động máy chủ đó, hoặc kiểm tra địa chỉ.",
        "The model's server cannot be reached. Start it, or check the address.",
    ),
    (
        "Máy chủ của mô hình không phản hồi. Hãy kiểm tra xem máy chủ đó có đang chạy hay quá tải không.",
        "The model's server does not reply. Check whether it is running and not overloaded.",
    ),
    (
        "Mô hình im lặng quá lâu. Hãy chọn mô hình nhỏ hơn, hoặc tăng thời gian chờ (generate.timeout_s).",
        "The model was silent for too long. Take a smaller model, or wait longer (generate.timeout_s).",
    ),
    (
        "Mô hình chỉ kịp suy nghĩ, chưa kịp trả lời. Hãy tắt chế độ suy nghĩ của mô hình, hoặc tăng số token cho câu "
        "trả lời (generate.max_tokens).",
        "The model had only time to think, none to answer. Switch its thinking off, or raise the answer's tokens "
        "(generate.max_tokens).",
    ),
    (
        "Câu trả lời của mô hình bị đứt giữa chừng. Hãy thử lại; nếu vẫn lỗi, hãy xem nhật ký của máy chủ.",
        "The model's answer broke off. Try again; if it goes on, look at the server's log.",
    ),
    (
        "Không hiểu được máy chủ của mô hình. Hãy kiểm tra xem địa chỉ có đúng là của máy chủ tương thích "
        "OpenAI không (phần lớn kết thúc bằng /v1).",
        "The model's server cannot be understood. Check that the address is that of an OpenAI-compatible "
        "server (most end with /v1).",
    ),
    (
        "Máy chủ của mô hình không nhận khóa truy cập. Hãy đặt đúng khóa của dịch vụ này vào biến môi trường "
        "(HOIBAO_API_KEY, nếu không đặt tên khác).",
        "The model's server does not accept the key. Put the key of this service into the environment "
        "variable (HOIBAO_API_KEY, unless another is named).",
    ),
    (
        "Máy chủ không có mô hình này. Hãy kiểm tra tên mô hình và địa chỉ (phần lớn kết thúc bằng /v1).",
        "The server does not have this model. Check the model's name and the address (most end with /v1).",
    ),
    (
        "Máy chủ chưa nạp mô hình nào. Hãy nạp một mô hình ở đó, hoặc nêu tên mô hình (generate.model).",
        "The server has loaded no model. Load one there, or name one (generate.model).",
    ),
    (
        "Máy chủ của mô hình đã chuyển sang địa chỉ khác. Hãy đặt lại địa chỉ (generate.generator).",
        "The model's server has moved to another address. Name that one (generate.generator).",
    ),
    (
        "Máy chủ của mô hình đang nhận quá nhiều yêu cầu. Hãy đợi một lát rồi thử lại.",
        "The model's server gets too many requests. Wait a moment and try again.",
    ),
    (
        "Máy chủ của mô hình báo lỗi. Hãy xem nhật ký của máy chủ đó.",
        "The model's server reports an error. Look at the server's log.",
    ),
    (
        "Mô hình này không biết trả lời câu hỏi (thiếu mẫu hội thoại). Hãy dùng bản “instruct” của mô hình.",
        "This model cannot answer questions (it has no chat template). Take its “instruct” variant.",
    ),
    (
        "Câu hỏi cùng các đoạn trích dài hơn ngữ cảnh của mô hình. Hãy chạy máy chủ với ngữ cảnh dài hơn, "
        "hoặc đặt generate.context_tokens cho khớp.",
        "The question and the excerpts are longer than the model's context. Start the server with a longer "
        "one, or set generate.context_tokens to match.",
    ),
    (
        "Không nạp được mô hình. Hãy kiểm tra thư mục hay tệp của mô hình, hoặc chạy mô hình trên một máy chủ.",
        "The model cannot be loaded. Check its folder or file, or run it on a server.",
    ),
    (
        "Thiếu gói để đọc tệp GGUF. Hãy cài: pip install 'hoibao[models]'.",
        "The package that reads GGUF files is missing. Install it: pip install 'hoibao[models]'.",
    ),
    (
        "Không tải được mô hình về. Hãy kiểm tra tên và mạng, hoặc chỉ ra thư mục hay tệp có sẵn trên máy.",
        "The model cannot be downloaded. Check its name and the network, or name a folder or a file on this machine.",
    ),
    (
        "Mô hình gặp lỗi khi đang viết. Hãy chọn mô hình nhỏ hơn, hoặc chạy mô hình trên một máy chủ.",
        "The model failed while it was writing. Take a smaller model, or run it on a server.",
    ),
    (
        "Câu trả lời trích nguyên văn được giữ.",
        "The quotations stand.",
    ),
    (
        "Hỏi theo cách hiểu của chương trình thì không tìm thấy, nên câu hỏi nối tiếp được mô hình viết lại.",
        "As the program understood it nothing was found, so the follow-up was reworded by the model.",
    ),
    (
        "Lời văn do mô hình {model} viết; từng câu được đối chiếu với câu trích dẫn.",
        "Written by the model {model}; every sentence is checked against its quotations.",
    ),
    (
        "Câu trả lời được dịch sang {tongue}: số, tên và độ gần nghĩa được kiểm tra, từng chữ thì không. "
        "Câu gốc tiếng Việt ở phần trích dẫn.",
        "The answer is a translation: numbers, names and closeness of meaning are checked, not every word. "
        "The Vietnamese sentences are the quotations.",
    ),
    (
        "Chưa được nguồn xác nhận: {what}.",
        "Some sentences of the model are not confirmed by the sources; none of them is stated as a fact.",
    ),
    (
        "Đã ghi lại số trích dẫn của {count} câu.",
        "Put right: the citation numbers of {count} sentences.",
    ),
    (
        "Đã bỏ {count} số trích dẫn không có.",
        "Taken out: {count} citation numbers that do not exist.",
    ),
)
