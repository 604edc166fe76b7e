"""The predicates of the news that exclude each other, side by side, and the words that only look like one of them."""

from __future__ import annotations

from typing import Final

# One side | the other; those of one side mean about the same. What can hardly be said of one event at once.
STRONG: Final = (
    "ủng hộ, tán thành, đồng tình, hoan nghênh, khen, khen ngợi, ca ngợi, tán dương, hài lòng, đánh giá cao, "
    "biểu dương "
    "| phản đối, lên án, chỉ trích, công kích, chê, chê bai, chê trách, bác bỏ, gây hại, "
    "quan ngại, tức giận, phẫn nộ, bức xúc, bất bình, bất mãn, thất vọng",
    "đồng ý, chấp nhận, chấp thuận, tán thành, ủng hộ, nhất trí, phê duyệt, phê chuẩn, đáp ứng, cam kết, sẵn sàng, "
    "nhận lời, kêu gọi | từ chối, khước từ, bác bỏ, bác đề nghị, bác yêu cầu, bác đơn, bác kháng cáo, phản đối, "
    "phủ quyết, "
    "gạt bỏ, cự tuyệt, chống lại, không nhượng bộ",
    "thừa nhận, xác nhận, công nhận, nhận tội, nhận lỗi, thú nhận, thú tội | phủ nhận, bác bỏ, chối tội, chối bỏ, "
    "chối cãi, cải chính, vô căn cứ, sai sự thật",
    "cho phép, cấp phép, bật đèn xanh, dỡ bỏ lệnh cấm, bỏ lệnh cấm, gỡ lệnh cấm | cấm, ngăn cấm, nghiêm cấm, cấm đoán, "
    "ngăn chặn, lệnh cấm, thu hồi giấy phép",
    "đề xuất cung cấp, cung cấp, viện trợ, chi viện, gửi, hỗ trợ, tài trợ | từ chối cung cấp, từ chối gửi, "
    "từ chối hỗ trợ, ngừng cung cấp, ngừng viện trợ, cắt viện trợ, đình chỉ viện trợ",
    "tăng, tăng lên, gia tăng, tăng vọt, leo thang, đi lên, nhích lên, tăng giá, tăng trưởng | giảm, giảm xuống, "
    "sụt giảm, suy giảm, hạ, lao dốc, rớt giá, tụt, đi xuống, sụt, mất giá, giảm giá, giảm sâu, sụt xuống",
    "thắng, chiến thắng, đánh bại, hạ gục, giành chiến thắng, vượt qua, vô địch, đăng quang, thắng cử, đắc cử, "
    "tái đắc cử "
    "| thua, để thua, thất bại, bại trận, thua trận, thất thủ, thất cử, gục ngã, bị loại, bị hạ gục",
    "kết tội, kết án, có tội | trắng án, vô tội, tha bổng",
    "hợp pháp | bất hợp pháp, trái phép, phi pháp, trái luật",
    "công khai, công bố, tiết lộ | bí mật, giữ kín, giấu kín, che giấu, giấu nhẹm",
    "còn nguyên, nguyên vẹn, lành lặn | vỡ, vỡ nát, vỡ tan, vỡ tung, vỡ vụn, vỡ thành, gãy đôi, phá hủy, phá huỷ, "
    "hư hỏng, hư hại, biến dạng",
    "sống sót, cứu sống, thoát chết, còn sống, thoát nạn, được cứu | thiệt mạng, tử vong, tử nạn, qua đời, chết, "
    "hy sinh, không qua khỏi",
    "thành công | thất bại, không thành, bất thành, đổ vỡ",
    "có lợi, có ích, giúp ích, bổ ích, hữu ích, tốt cho, trợ giúp | có hại, gây hại, tác hại, độc hại, nguy hại, "
    "hại cho, gây tác dụng ngược, tai hại",
    "dương tính | âm tính",
    "tuân thủ, chấp hành | vi phạm, phớt lờ",
    "thống nhất, đồng thuận | bất đồng, chia rẽ, mâu thuẫn",
    "lạc quan, tin tưởng | bi quan, lo ngại, hoài nghi, nghi ngờ",
)
# What one story tells one after the other, or what has other senses: alone it refutes nothing.
WEAK: Final = (
    "áp đặt, siết chặt, thắt chặt, siết | dỡ bỏ, gỡ bỏ, bãi bỏ, nới lỏng, hủy bỏ, huỷ bỏ",
    "rút quân, rút khỏi, rời khỏi, rút lui, rút lực lượng, bỏ cuộc, tẩy chay | đưa quân, điều quân, tăng quân, "
    "triển khai thêm, tiến vào, gia nhập, tham gia, tham dự, ở lại",
    "tham gia, tham dự, gia nhập, góp mặt, có mặt | rút khỏi, rút lui, rời khỏi, vắng mặt, tẩy chay, bỏ cuộc",
    "mua, mua vào, mua lại | bán, bán ra, nhượng lại",
    "nhập khẩu, nhập | xuất khẩu, xuất",
    "trong nước | nước ngoài, ngoài nước",
    "mở cửa, mở lại, mở, khai trương, khánh thành, hoạt động trở lại, đón khách | đóng cửa, đóng, tạm đóng, "
    "ngừng hoạt động, dừng hoạt động, tạm dừng",
    "bắt đầu, khởi động, nối lại | kết thúc, chấm dứt, dừng, ngừng, hoãn",
    "nhiều nhất, lớn nhất, cao nhất, tối đa | ít nhất, nhỏ nhất, thấp nhất, tối thiểu",
    "đầu tiên, lần đầu | cuối cùng, lần cuối",
    "đến, tới, sang thăm | rời",
    "an toàn | nguy hiểm",
    "giữ nguyên, duy trì | thay đổi, hủy, huỷ",
    "tìm thấy, tìm được, phát hiện | mất dấu, mất tích, bặt vô âm tín",
    "cho vay | đi vay",
)
# Two events in one life: neither refutes the other, but what is said of one of them alone tells no detail of the other.
EVENTS: Final = (
    "nhậm chức, bổ nhiệm, tái bổ nhiệm, tuyên thệ, được bầu làm, lên nắm quyền, lên làm, gia hạn hợp đồng "
    "| từ chức, từ nhiệm, thôi chức, mất chức, miễn nhiệm, bãi nhiệm, cách chức, phế truất, sa thải, nghỉ hưu, về hưu",
    "gia nhập, kết nạp, vào đảng, đầu quân, cập bến | rút khỏi, rời khỏi, rời, khai trừ, ra khỏi",
    "tuyển dụng, nhận vào làm | sa thải, đuổi việc, cho thôi việc, nghỉ việc, thôi việc",
    "bắt giữ, bắt giam, tạm giam, tạm giữ, bắt, bỏ tù | trả tự do, phóng thích, tha bổng, thả, ân xá, ra tù, tại ngoại",
    "sinh ra, sinh năm, sinh ngày, chào đời | qua đời, từ trần, tạ thế, mất năm, mất ngày",
    "kết hôn, cưới, thành hôn, lên xe hoa | ly hôn, ly dị, ly thân, chia tay, đường ai nấy đi",
    "khởi công, động thổ | khánh thành, hoàn thành, hoàn tất, về đích, thông xe, thông tuyến, hợp long, vận hành, "
    "đưa vào sử dụng, đưa vào khai thác, đi vào hoạt động",
    "khai mạc | bế mạc",
    "nhập viện, vào viện, nằm viện, cấp cứu, đưa vào bệnh viện, đưa đến bệnh viện, đưa đi bệnh viện "
    "| xuất viện, ra viện",
    "ra mắt, trình làng | khai tử, ngừng sản xuất",
    "thăng hạng, lên hạng | xuống hạng, rớt hạng",
    "đỗ, trúng tuyển, trúng cử | trượt, trượt đại học, thất cử",
    "có lãi, lãi | thua lỗ, lỗ",
)
# A phrase of the table that begins inside one of these is another word.
OTHER_WORDS: Final = (
    "xe tăng, tăng cường, tăng tốc, tăng ni, giảm đau, giảm cân, giảm tải, hạ viện, hạ tầng, hạ cánh, hạ sĩ, hạ long, "
    "hạ thủy, hạ sát, thắng cảnh, quyết thắng, bàn thắng, bàn thua, bắt đầu, bắt nguồn, bắt tay, "
    "bắt buộc, bắt kịp, bắt gặp, bắt mắt, nắm bắt, "
    "bắt chước, bắt chuyện, bắt lửa, bắt sóng, bắt cóc, thả lỏng, thả dáng, thả thính, thả rông, bán đảo, bán kết, "
    "bán cầu, bán dẫn, bán độ, bán thân, bán kính, người bán, mua sắm, người mua, thu nhập, gia nhập, sáp nhập, "
    "xâm nhập, "
    "thâm nhập, đăng nhập, hội nhập, du nhập, nhập viện, nhập cảnh, nhập cư, nhập ngũ, nhập học, nhập tịch, nhập cuộc, "
    "nhập vai, xuất hiện, sản xuất, đề xuất, xuất phát, xuất thân, xuất viện, xuất sắc, xuất bản, xuất cảnh, xuất ngũ, "
    "đột xuất, xuất ngoại, xuất trận, xuất xứ, đóng phim, đóng vai, đóng góp, đóng tàu, đóng quân, đóng thuế, "
    "đóng máy, "
    "đóng gói, đóng băng, đóng tiền, đóng phí, đóng mới, đóng chính, đóng bảo hiểm, mở rộng, mở màn, mở ra, mở đầu, "
    "mở bán, mở phiên, mở cuộc, mở đường, cởi mở, mở mang, lãi suất, lãi vay, lỗ hổng, lỗ chân lông, đỗ xe, đậu đỗ, "
    "dừng đỗ, bãi đỗ, đỗ quyên, trượt chân, trượt băng, trượt tuyết, trượt ngã, trượt dốc, vỡ òa, vỡ oà, vỡ trận, "
    "vỡ nợ, "
    "vỡ mộng, học sinh, thí sinh, thư sinh, vệ sinh, khai sinh, hy sinh, rời mắt, rời rạc, tách rời, "
    "khen thưởng, siết cổ"
)
