"""Fixed words of Vietnamese news pages: section names, headings of tails, outlets, and words that begin no name.

All in small letters. These are conventions of the press as a whole, collected from many outlets.
"""

from __future__ import annotations


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.replace("\n", "|").split("|") if phrase.strip())


# Sections of a newspaper, as they stand alone above a headline.
SECTIONS = _phrases(
    """
    trang chủ | thời sự | thế giới | kinh tế | kinh doanh | pháp luật | xã hội | giáo dục | thể thao | giải trí
    văn hóa | văn hoá | sức khỏe | sức khoẻ | đời sống | công nghệ | khoa học | du lịch | xe | nhà đất
    bất động sản | chính trị | quốc tế | quân sự | việt nam | tin tức | tin nóng | phân tích | bình luận quốc tế
    góc nhìn | ý kiến | châu á | châu âu | châu mỹ | hồ sơ | tuần việt nam | thời sự quốc tế | home | news
    thông cáo báo chí | blog | số hóa | an ninh | môi trường | quốc phòng | video | podcast | ảnh
    """
)

# Headings of what follows an article. After a "hard" one the body goes on only where it plainly does; a "soft" one
# often stands over a box inside the body; after a "final" one nothing of the body can follow.
HARD_TAIL = _phrases(
    """
    tin cùng chuyên mục | cùng chuyên mục | bài cùng chuyên mục | bài viết cùng chuyên mục | xem nhiều
    xem nhiều nhất | đọc nhiều | đọc nhiều nhất | tin đọc nhiều | tin xem nhiều | bài đọc nhiều
    bài viết cùng chủ đề | bài cùng chủ đề | cùng chủ đề | tin cùng chủ đề | tin mới | tin mới nhất
    bài mới | bài mới nhất | tin nổi bật | tin nóng | tin tài trợ | tin khác | các tin khác | bài khác
    các bài khác | tin cũ hơn | tin mới hơn | các tin đã đưa | tin đã đưa | tin cùng loại | cùng tác giả
    bài cùng tác giả | tin tức khác | tin bài khác | đừng bỏ lỡ | đang được quan tâm | được quan tâm
    có thể bạn thích | tin hot | tin trong ngày | dành cho bạn | bài nổi bật | most read | chuyên mục khác | tin ảnh
    tin video | video nổi bật | video mới nhất | multimedia | bạn có thể thích | gợi ý cho bạn
    """
)

SOFT_TAIL = _phrases(
    """
    đọc thêm | xem thêm | tin liên quan | bài liên quan | bài viết liên quan | tin bài liên quan
    tin, bài liên quan | liên quan | có thể bạn quan tâm | bạn có thể quan tâm | mời bạn đọc thêm | đọc tiếp
    xem tiếp | các bài liên quan | tin, ảnh liên quan | chủ đề liên quan | bài đọc liên quan
    đọc thêm về chủ đề này | related | related articles | read more | tin cùng sự kiện | cùng sự kiện
    bài cùng sự kiện | dòng sự kiện | tiêu điểm | có thể bạn chưa biết | quảng cáo | tin tiếp theo | bài tiếp theo
    xu hướng | nổi bật | mới nhất
    """
)

FINAL_TAIL = _phrases(
    """
    phiên bản di động | ý kiến bạn đọc | ý kiến độc giả | bình luận | bình luận của bạn | gửi bình luận | gửi ý kiến
    ý kiến của bạn | comments | leave a comment | viết bình luận | bình luận mới nhất | đăng nhập | về đầu trang
    lên đầu trang | liên hệ quảng cáo | liên hệ tòa soạn | thông tin tòa soạn | đăng nhập để bình luận | phản hồi
    để lại bình luận | bài trước | bài sau
    """
)

# Sentences begin with these; a byline does not.
NOT_A_NAME = _phrases(
    """
    ông | bà | trong | tại | sau | khi | ngày | hiện | đây | đó | các | những | một | và | nhưng | tuy | nếu | do
    vì | chị | cô | em | theo | với | về | từ | để | trên | dưới | cùng | còn | mỗi | mọi | nhiều | không | có | là
    được | đến | tới | ở | người | việc | rằng | cũng | đã | sẽ
    """
)

# These begin names of bodies, places and headings, but of some pen names of two words as well ("Thành Đạt").
RARELY_A_NAME = _phrases(
    """
    năm | tháng | thứ | bên | ngoài | ngoại | bộ | đảng | nước | tổng | thủ | chủ | phó | tỉnh | thành | huyện
    quận | xã | phường | số | điều | phần | bài | chương | mục | hết | kết
    """
)

# Stand in a byline in place of, or before, a name.
TITLES = _phrases(
    """
    pv | ts | ths | gs | pgs | bs | ths. | ts. | gs. | pgs. | bs. | ls. | ls | ctv | nhóm | nsnd | nsưt
    """
)

# Vietnamese outlets as they sign their own texts. A name in brackets that is not among them may be a writer, a place
# or an agency, so it states no outlet.
OUTLETS = _phrases(
    """
    ttxvn | thông tấn xã việt nam | vietnam+ | vietnamplus | vov | vov online | vov.vn | vtv | vtv news | vtc
    vtc news | vnexpress | vne | dân trí | tuổi trẻ | tuổi trẻ online | tto | thanh niên | thanh niên online | tno
    tiền phong | tpo | người lao động | nlđo | nld | vietnamnet | znews | zing | zing news | zingnews | nhân dân
    quân đội nhân dân | qđnd | qđnd online | công an nhân dân | cand | cand online | hà nội mới | hnmo
    sài gòn giải phóng | sggp | sggpo | sggp online | pháp luật tp.hcm | plo | phụ nữ online | pno | lao động | lđo
    baoquocte.vn | thế giới và việt nam | chinhphu.vn | vgp | vgp news | infonet | vietnam net | kinh tế đô thị
    đttc | đtck | tbktsg | tbktsg online | vneconomy | cafef | giáo dục việt nam | gdvn | đời sống pháp luật
    vnmedia | soha | kiến thức | dân việt | vietq | vietq.vn | bnews | tin tức | baotintuc.vn | báo tin tức
    bbc news tiếng việt | voa tiếng việt | rfi tiếng việt | rfa tiếng việt | bbc tiếng việt | công thương
    bảo vệ pháp luật | petrotimes | saigon times | dno | báo đà nẵng | người đưa tin | nđt
    """
)

# Words in small letters that may stand within the name of a medium.
WITHIN_SOURCE = _phrases("và | of | the | and | online | điện | tử | trí | trẻ | báo | ảnh | trang | net | hãng | tin")
