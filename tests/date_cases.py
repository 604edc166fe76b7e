"""Questions and the days they name, worked out by hand for Wednesday, 21 April 2021.

The ranges are written `first..last`, a single day as itself, an open end as nothing, several with ` | ` between them.
"""

from __future__ import annotations

from datetime import date

TODAY = date(2021, 4, 21)

DAYS = """
Ngày 1/10/2020 Vinamilk công bố điều gì? = 2020-10-01
Cuộc họp ngày 01-10-2020 bàn về vấn đề gì? = 2020-10-01
Ai phát biểu ngày 1.10.2020? = 2020-10-01
Điều gì xảy ra ngày 1 tháng 10 năm 2020? = 2020-10-01
Tin 1 tháng 10, 2020 nói gì? = 2020-10-01
Lễ khánh thành mùng 3 tháng 4 diễn ra ở đâu? = 2021-04-03
Ngày mồng 5 tháng 9 năm 2020 có gì đặc biệt? = 2020-09-05
Ngày 1/10 có bao nhiêu ca mắc mới? = 2020-10-01
Một chỉ vàng bán giá nào hôm 15/5? = 2020-05-15
Ngày 9-6 DOJI mua vào với giá bao nhiêu? = 2020-06-09
Lượng mưa ở Thủ Đức chiều 4/4 là bao nhiêu? = 2021-04-04
Cơ sở nào báo tin tối 10/8? = 2020-08-10
Vàng giảm bao nhiêu trong phiên 23/12? = 2020-12-23
Rạng sáng 12-4 xảy ra vụ cháy ở đâu? = 2021-04-12
Ngày 21/4 có gì mới? = 2021-04-21
Ngày 22/4 ai bị bắt? = 2020-04-22
Ngày 30/4 tới có bắn pháo hoa không? = 2021-04-30
Ngày 30/4 vừa qua có bao nhiêu vụ tai nạn? = 2020-04-30
Lúc 9h30 ngày 4/2, giá vàng là bao nhiêu? = 2021-02-04
Ngày 2/9 năm ngoái có gì? = 2020-09-02
Dịp lễ 30/4 năm nay người dân được nghỉ mấy ngày? = 2021-04-30
Ngày 15 vừa qua ai đến thăm trường? = 2021-04-15
Hôm 25 vừa rồi xảy ra chuyện gì? = 2021-03-25
Ngày 10 tháng trước ai từ chức? = 2021-03-10
Ngày 5 tháng này giá xăng thế nào? = 2021-04-05
Ngày 29/2 có sự kiện gì? = 2020-02-29
Bản tin 2020-10-01 viết gì? = 2020-10-01
Giá xăng 1/4 là bao nhiêu? = 2021-04-01
Tin tức 1/4 = 2021-04-01
Vụ khủng bố 11/9/2001 xảy ra ở đâu? = 2001-09-11
Thứ Năm ngày 15/4 họp bàn gì? = 2021-04-15
Sáng thứ Bảy (10/4), ai tới Hà Nội? = 2021-04-10
Trong năm 2019, ngày 5/3 có gì xảy ra? = 2019-03-05
Ngày 05 tháng 03 năm 2021 ai được bổ nhiệm? = 2021-03-05
Ngày 3 tháng Tư xảy ra việc gì? = 2021-04-03
Ngày mười lăm tháng ba năm 2021 có gì? = 2021-03-15
Tính đến hết ngày 31/3/2021 có bao nhiêu ca? = 2021-03-31
Đến ngày 1/4 đã tiêm được bao nhiêu liều vắc xin? = 2021-04-01
Vào khoảng ngày 10/4 bão vào đâu? = 2021-04-10
Ngày 31/12 có lễ gì? = 2020-12-31
"""

RELATIVE_DAYS = """
Hôm nay có tin gì? = 2021-04-21
Hôm qua ai từ chức? = 2021-04-20
Ngày hôm qua giá dầu ra sao? = 2021-04-20
Hôm kia có mưa không? = 2021-04-19
Sáng nay kẹt xe ở đâu? = 2021-04-21
Tối qua đội nào thắng? = 2021-04-20
Đêm hôm qua cháy ở đâu? = 2021-04-20
Chiều hôm nay họp gì? = 2021-04-21
Rạng sáng nay xảy ra động đất ở đâu? = 2021-04-21
Ngày mai thời tiết thế nào? = 2021-04-22
3 ngày trước ai bị bắt? = 2021-04-18
Cách đây 3 ngày ai bị bắt? = 2021-04-18
Năm ngày trước có tin gì? = 2021-04-16
Thứ Hai vừa qua có gì? = 2021-04-19
Thứ 2 tuần trước ai họp? = 2021-04-12
Thứ sáu tuần trước có trận nào? = 2021-04-16
Chủ nhật tuần này có trận nào? = 2021-04-25
Chủ nhật đội nào thắng? = 2021-04-18
Hôm thứ Tư ai phát biểu? = 2021-04-21
Hôm thứ tư vừa rồi ai phát biểu? = 2021-04-14
Sáng thứ Bảy ai đến thăm? = 2021-04-17
Thứ Ba tới có họp không? = 2021-04-27
"""

PERIODS = """
Tháng 9 năm 2020 xuất khẩu được bao nhiêu gạo? = 2020-09-01..2020-09-30
Xuất khẩu gạo tháng 9/2020 đạt bao nhiêu? = 2020-09-01..2020-09-30
Bao nhiêu tuyến đường ngập sau trận mưa tháng 11-2018? = 2018-11-01..2018-11-30
Xuất khẩu 9/2020 đạt bao nhiêu? = 2020-09-01..2020-09-30
Tháng 2/2020 có bao nhiêu ca mắc? = 2020-02-01..2020-02-29
Hồi tháng 7 máy bay Nga bay vào đâu? = 2020-07-01..2020-07-31
Tháng 4 có bao nhiêu ca mắc? = 2021-04-01..2021-04-30
Tháng Mười ai nhậm chức? = 2020-10-01..2020-10-31
Tháng mười hai năm 2020 có gì? = 2020-12-01..2020-12-31
Tháng 9 năm ngoái GDP tăng bao nhiêu? = 2020-09-01..2020-09-30
Tháng 6 tới có kỳ thi nào? = 2021-06-01..2021-06-30
Quý 3 năm 2020 GDP tăng bao nhiêu? = 2020-07-01..2020-09-30
Quý III/2018 bán được bao nhiêu nhà? = 2018-07-01..2018-09-30
Quý 3-2018 nộp bao nhiêu thuế? = 2018-07-01..2018-09-30
Lợi nhuận quý I là bao nhiêu? = 2021-01-01..2021-03-31
Quý 4 lãi bao nhiêu? = 2020-10-01..2020-12-31
Quý IV năm ngoái lãi bao nhiêu? = 2020-10-01..2020-12-31
Quý trước lãi bao nhiêu? = 2021-01-01..2021-03-31
Năm 2020 GDP tăng bao nhiêu? = 2020-01-01..2020-12-31
Trong năm 2019, có bao nhiêu vụ? = 2019-01-01..2019-12-31
Ai lên ngôi năm 1802? = 1802-01-01..1802-12-31
Đầu tháng 4 ai bị bắt? = 2021-04-01..2021-04-10
Giữa tháng 6, giá USD là bao nhiêu? = 2020-06-11..2020-06-20
Cuối tháng 4 có gì? = 2021-04-21..2021-04-30
Cuối tháng 5 ai thăm Triều Tiên? = 2020-05-21..2020-05-31
Cuối tháng 2 năm 2020 có gì? = 2020-02-21..2020-02-29
Cuối tháng trước ai bị bắt? = 2021-03-21..2021-03-31
Đầu năm có bao nhiêu dự án? = 2021-01-01..2021-04-30
Đầu năm 2018 Bắc Kinh áp hạn mức nào? = 2018-01-01..2018-04-30
Giữa năm 2020 có gì? = 2020-05-01..2020-08-31
Cuối năm ngoái ai được bổ nhiệm? = 2020-09-01..2020-12-31
Cuối năm 2016 thu được bao nhiêu? = 2016-09-01..2016-12-31
Cuối năm giá đất ra sao? = 2020-09-01..2020-12-31
Nửa đầu năm 2021 xuất khẩu bao nhiêu? = 2021-01-01..2021-06-30
Nửa cuối năm 2020 có gì? = 2020-07-01..2020-12-31
Nửa đầu tháng 4 có gì? = 2021-04-01..2021-04-15
6 tháng đầu năm 2020 GDP tăng bao nhiêu? = 2020-01-01..2020-06-30
Ba tháng đầu năm thu ngân sách bao nhiêu? = 2021-01-01..2021-03-31
Sáu tháng cuối năm 2020 có gì? = 2020-07-01..2020-12-31
Quý đầu năm nay lãi bao nhiêu? = 2021-01-01..2021-03-31
Trung tuần tháng 3 có gì? = 2021-03-11..2021-03-20
Mùa hè 2020 nắng nóng ra sao? = 2020-05-01..2020-09-30
Đầu 2021 có gì? = 2021-01-01..2021-04-30
Những năm 1990 kinh tế ra sao? = 1990-01-01..1999-12-31
Đầu những năm 1970 Mỹ thả bao nhiêu bom? = 1970-01-01..1973-12-31
Thập niên 80 có gì? = 1980-01-01..1989-12-31
Tuần trước có gì? = 2021-04-12..2021-04-18
Tuần này có gì? = 2021-04-19..2021-04-25
Tuần qua giá vàng thế nào? = 2021-04-14..2021-04-21
Tuần vừa qua giá vàng thế nào? = 2021-04-14..2021-04-21
Đầu tuần này giá vàng thế nào? = 2021-04-19..2021-04-21
Cuối tuần qua đội nào thắng? = 2021-04-17..2021-04-18
Cuối tuần này có gì? = 2021-04-24..2021-04-25
Tháng trước có gì? = 2021-03-01..2021-03-31
Tháng này có gì? = 2021-04-01..2021-04-30
Tháng qua có gì? = 2021-03-21..2021-04-21
Tháng rồi ai từ chức? = 2021-03-01..2021-03-31
Năm ngoái có bao nhiêu vụ? = 2020-01-01..2020-12-31
Năm nay tuyển bao nhiêu sinh viên? = 2021-01-01..2021-12-31
Năm trước ai vô địch? = 2020-01-01..2020-12-31
Hai năm trước ai vô địch? = 2019-01-01..2019-12-31
Hai tuần trước có gì? = 2021-04-05..2021-04-11
Cách đây 3 tháng có gì? = 2021-01-01..2021-01-31
Ba tháng qua có gì? = 2021-01-21..2021-04-21
Trong 3 ngày qua có bao nhiêu ca? = 2021-04-18..2021-04-21
24 giờ qua có bao nhiêu ca? = 2021-04-20..2021-04-21
Trong vòng một tuần qua có gì? = 2021-04-14..2021-04-21
Nửa năm qua có gì? = 2020-10-21..2021-04-21
Một năm qua có gì? = 2020-04-21..2021-04-21
Những ngày qua có gì? = 2021-04-11..2021-04-21
Mấy hôm nay thời tiết ra sao? = 2021-04-11..2021-04-21
Vài tuần gần đây có gì? = 2021-03-17..2021-04-21
Tuần tới có gì? = 2021-04-26..2021-05-02
Năm sau có gì? = 2022-01-01..2022-12-31
"""

BETWEEN = """
Từ 1/10 đến 5/10/2020 có gì? = 2020-10-01..2020-10-05
Từ ngày 1 đến ngày 5/10/2020 có gì? = 2020-10-01..2020-10-05
Từ 1 đến 5/10/2020 có gì? = 2020-10-01..2020-10-05
Từ tháng 3 đến tháng 6 năm 2020 có gì? = 2020-03-01..2020-06-30
Từ tháng 11 năm 2020 đến tháng 2 năm 2021 có gì? = 2020-11-01..2021-02-28
Từ tháng 11 đến tháng 2 có gì? = 2020-11-01..2021-02-28
Từ tháng 1 tới tháng 4 năm 1942 ông làm gì? = 1942-01-01..1942-04-30
Trong khoảng thời gian từ năm 1925 đến năm 1934 ông học ở đâu? = 1925-01-01..1934-12-31
Từ năm 1873 đến 1876 có bao nhiêu tù nhân? = 1873-01-01..1876-12-31
Từ 2019 đến 2020 có gì? = 2019-01-01..2020-12-31
Trong khoảng 1/4 đến 10/4 có gì? = 2021-04-01..2021-04-10
Giữa ngày 1/4 và ngày 10/4 có gì? = 2021-04-01..2021-04-10
Giữa tháng 2 và tháng 3 năm 2021 có gì? = 2021-02-01..2021-03-31
Từ ngày 28/3 đến 3/4 có gì? = 2021-03-28..2021-04-03
Ngày 1-5/4/2021 có gì? = 2021-04-01..2021-04-05
Ngày 5 và 6/4 có gì? = 2021-04-05 | 2021-04-06
Dịp 30/4 - 1/5/2020 có gì? = 2020-04-30..2020-05-01
Từ thứ Hai đến thứ Sáu tuần trước có gì? = 2021-04-12..2021-04-16
Từ hôm qua đến nay có bao nhiêu ca? = 2021-04-20..2021-04-21
Từ đầu năm đến nay có bao nhiêu vụ? = 2021-01-01..2021-04-21
Từ đầu tháng đến nay có gì? = 2021-04-01..2021-04-21
Kể từ đầu năm có bao nhiêu vụ? = 2021-01-01..
Từ ngày 1/4/2021 có quy định nào mới? = 2021-04-01..
Kể từ tháng 3 giá xăng tăng mấy lần? = 2021-03-01..
Từ năm 2019 có gì? = 2019-01-01..
Trước ngày 1/4/2021 có gì? = ..2021-03-31
Trước tháng 3 có gì? = ..2021-02-28
Trước năm 2000 ai là tổng thống? = ..1999-12-31
Sau ngày 1/4/2021 có gì? = 2021-04-02..
Sau năm 2019 có gì? = 2020-01-01..
Tháng 3 và tháng 4 năm 2020 có gì? = 2020-03-01..2020-03-31 | 2020-04-01..2020-04-30
Giá vàng ngày 1/4 và ngày 15/4 khác nhau ra sao? = 2021-04-01 | 2021-04-15
Hai năm 2019-2020 vốn tăng bao nhiêu? = 2019-01-01..2020-12-31
Giai đoạn 2016-2020 có gì? = 2016-01-01..2020-12-31
Từ năm 2015 trở lại đây có gì? = 2015-01-01..
"""

WITHOUT_DIACRITICS = """
ngay 1/10/2020 vinamilk cong bo gi = 2020-10-01
ngay 1 thang 10 nam 2020 co gi = 2020-10-01
mung 3 thang 4 co gi = 2021-04-03
thang 9 nam 2020 xuat khau bao nhieu gao = 2020-09-01..2020-09-30
hom qua ai tu chuc = 2021-04-20
hom nay co gi = 2021-04-21
hom kia co gi = 2021-04-19
sang nay co gi = 2021-04-21
toi qua doi nao thang = 2021-04-20
tuan truoc co gi = 2021-04-12..2021-04-18
tuan nay co gi = 2021-04-19..2021-04-25
tuan qua gia vang the nao = 2021-04-14..2021-04-21
thang truoc co gi = 2021-03-01..2021-03-31
nam ngoai co bao nhieu vu = 2020-01-01..2020-12-31
nam nay tuyen bao nhieu = 2021-01-01..2021-12-31
quy 3 nam 2020 GDP tang bao nhieu = 2020-07-01..2020-09-30
nam 2019 co gi = 2019-01-01..2019-12-31
dau thang 4 ai bi bat = 2021-04-01..2021-04-10
cuoi nam ngoai co gi = 2020-09-01..2020-12-31
nua dau nam 2020 co gi = 2020-01-01..2020-06-30
6 thang dau nam 2020 co gi = 2020-01-01..2020-06-30
3 ngay truoc ai bi bat = 2021-04-18
hai tuan truoc co gi = 2021-04-05..2021-04-11
ba thang qua co gi = 2021-01-21..2021-04-21
thu 2 tuan truoc ai hop = 2021-04-12
thu hai vua qua co gi = 2021-04-19
chu nhat tuan nay co tran nao = 2021-04-25
tu 1/10 den 5/10/2020 co gi = 2020-10-01..2020-10-05
tu thang 3 den thang 6 nam 2020 co gi = 2020-03-01..2020-06-30
truoc ngay 1/4/2021 co gi = ..2021-03-31
sau ngay 1/4/2021 co gi = 2021-04-02..
ke tu thang 3 gia xang tang may lan = 2021-03-01..
tu dau nam den nay co gi = 2021-01-01..2021-04-21
"""

ENGLISH = """
What happened on 1 October 2020? = 2020-10-01
What happened on October 1, 2020? = 2020-10-01
What happened on October 1st? = 2020-10-01
What happened on the 15th of March 2021? = 2021-03-15
Who resigned on 1/10/2020? = 2020-10-01
Who resigned yesterday? = 2021-04-20
What happened today? = 2021-04-21
What happened last night? = 2021-04-20
Who was arrested last week? = 2021-04-12..2021-04-18
What happened this week? = 2021-04-19..2021-04-25
What happened last month? = 2021-03-01..2021-03-31
How many cases were there last year? = 2020-01-01..2020-12-31
How many cases this year? = 2021-01-01..2021-12-31
What did Vietnam export in September 2020? = 2020-09-01..2020-09-30
What happened in October? = 2020-10-01..2020-10-31
What was GDP growth in 2020? = 2020-01-01..2020-12-31
What was the profit in Q3 2020? = 2020-07-01..2020-09-30
What was the profit in the third quarter of 2020? = 2020-07-01..2020-09-30
Who was arrested in early April? = 2021-04-01..2021-04-10
What happened in late May 2020? = 2020-05-21..2020-05-31
What happened in the first half of 2020? = 2020-01-01..2020-06-30
Who was arrested 3 days ago? = 2021-04-18
What happened two weeks ago? = 2021-04-05..2021-04-11
What happened in the past three months? = 2021-01-21..2021-04-21
What happened last Monday? = 2021-04-19
Who spoke on Sunday? = 2021-04-18
What happened from 1 October to 5 October 2020? = 2020-10-01..2020-10-05
What happened between March and June 2020? = 2020-03-01..2020-06-30
What happened before 1 April 2021? = ..2021-03-31
What happened after April 1, 2021? = 2021-04-02..
What has changed since March? = 2021-03-01..
What happened over the last 7 days? = 2021-04-14..2021-04-21
"""

# Written after the rules, for Tuesday, 14 February 2023.
LATER_TODAY = date(2023, 2, 14)
LATER = """
Tin thể thao sáng 12/2 có gì đáng chú ý? = 2023-02-12
Ông Nguyễn Xuân Phúc thôi chức vào ngày 17 tháng 1 phải không? = 2023-01-17
Trận động đất hôm 6-2 ở Thổ Nhĩ Kỳ khiến bao nhiêu người chết? = 2023-02-06
Trong hai ngày 11 và 12/2, khách đến Đà Lạt đông thế nào? = 2023-02-11 | 2023-02-12
Giá vàng chiều tối hôm qua ở mức nào? = 2023-02-13
Ngày Valentine năm ngoái hoa hồng giá bao nhiêu? = 2022-01-01..2022-12-31
Kể từ ngày 1/1/2023, lương cơ sở là bao nhiêu? = 2023-01-01..
Trước 15/3, doanh nghiệp phải nộp gì? = ..2022-03-14
Trong vòng 48 giờ qua có mấy trận động đất? = 2023-02-12..2023-02-14
Từ giữa tháng 1 đến nay có bao nhiêu ca cúm? = 2023-01-11..2023-02-14
Từ cuối năm 2021 đến đầu năm 2022 giá thép ra sao? = 2021-09-01..2022-04-30
Quý vừa qua Vinamilk lãi bao nhiêu? = 2022-10-01..2022-12-31
9 tháng đầu năm 2022 thu hút bao nhiêu vốn FDI? = 2022-01-01..2022-09-30
Cả năm 2022 có bao nhiêu vụ cháy? = 2022-01-01..2022-12-31
Tháng 12 vừa qua CPI tăng mấy phần trăm? = 2022-12-01..2022-12-31
Tháng 12 năm ngoái CPI tăng mấy phần trăm? = 2022-12-01..2022-12-31
Đêm 31/12/2022 bắn pháo hoa ở đâu? = 2022-12-31
Chủ nhật vừa rồi Quang Hải có đá không? = 2023-02-12
Thứ Bảy tuần này có mưa không? = 2023-02-18
Phiên giao dịch ngày thứ Sáu tuần trước VN-Index giảm mấy điểm? = 2023-02-10
Cách đây đúng một năm giá xăng bao nhiêu? = 2022-01-01..2022-12-31
Hơn một tháng qua có bao nhiêu doanh nghiệp giải thể? = 2023-01-14..2023-02-14
Suốt tuần qua Hà Nội ô nhiễm thế nào? = 2023-02-07..2023-02-14
10 ngày qua có bao nhiêu ca sốt xuất huyết? = 2023-02-04..2023-02-14
Mấy tháng nay bất động sản ra sao? = 2022-08-14..2023-02-14
Tối thứ Năm tuần trước ai dẫn chương trình? = 2023-02-09
Đầu tuần sau có không khí lạnh không? = 2023-02-20..2023-02-22
Ngày 8/3 tới có chương trình gì? = 2023-03-08
Mùng 1 Tết năm nay rơi vào thứ mấy? = 2023-01-01..2023-12-31
Hồi đầu tháng này ai bị khởi tố? = 2023-02-01..2023-02-10
Vào dịp lễ 2/9 năm 2022, Đà Nẵng đón bao nhiêu khách? = 2022-09-02
Giai đoạn 2021 - 2025 cần bao nhiêu vốn? = 2021-01-01..2025-12-31
Nửa cuối tháng 1/2023 xuất khẩu được bao nhiêu? = 2023-01-16..2023-01-31
Ngày 3, 4 và 5/2 có mưa ở đâu? = 2023-02-03 | 2023-02-04 | 2023-02-05
Từ 8h ngày 10/2 đến 8h ngày 11/2 có bao nhiêu ca? = 2023-02-10..2023-02-11
Năm kia ai vô địch V-League? = 2021-01-01..2021-12-31
Cuối thập niên 1990 ai là Tổng Bí thư? = 1996-01-01..1999-12-31
Sau Tết Nguyên đán 2023 công nhân có đi làm lại không?
so ca covid ngay 10/2 la bao nhieu = 2023-02-10
tu ngay 1 den ngay 10 thang 2 co bao nhieu vu tai nan = 2023-02-01..2023-02-10
cuoi tuan truoc doi tuyen nu da the nao = 2023-02-11..2023-02-12
trong thang 1/2023 co bao nhieu nguoi that nghiep = 2023-01-01..2023-01-31
quy 4 nam ngoai fpt lai bao nhieu = 2022-10-01..2022-12-31
thu bay tuan nay co tran nao = 2023-02-18
cach day 2 tuan ai tu chuc = 2023-01-30..2023-02-05
may ngay qua gia xang ra sao = 2023-02-04..2023-02-14
viet nam thang thai lan 3-2 khi nao
nam nay bao nhieu tuoi
Who won the match on Feb 12? = 2023-02-12
What did the prime minister say on 6 February? = 2023-02-06
How many tourists came in the first quarter of 2022? = 2022-01-01..2022-03-31
What happened in the last 24 hours? = 2023-02-13..2023-02-14
Which bank failed in early 2023? = 2023-01-01..2023-04-30
What changed between 2019 and 2021? = 2019-01-01..2021-12-31
Điều 5/1 của luật nói gì?
Tỷ lệ chọi 1/12 là của trường nào?
Phim dài 2 giờ 30 phút của đạo diễn nào?
Vì sao giá iPhone 14 giảm?
Bao nhiêu người chết trong 7 ngày nghỉ Tết?
Ai ghi bàn ở phút 90+3?
Tuyến metro số 1 dài bao nhiêu km?
Thông tư 08/2022 của Bộ Tài chính nói gì?
Số 12/2 đường Trần Phú là nhà của ai?
Học sinh lớp 10 năm học 2022-2023 học mấy môn?
Mỗi tháng lương tối thiểu là bao nhiêu?
Ai là tổng thống thứ 46 của Mỹ?
Xe Toyota đời 2020 giá bao nhiêu?
Tàu SE1 chạy mấy ngày một chuyến?
"""

NO_DATES = """
Bệnh viện nào làm việc 24/7?
Việt Nam thắng với tỷ số 2-1 trước đội nào?
Nghị định số 9/2020/NĐ-CP quy định gì?
Bao nhiêu người mắc COVID-19?
Vì sao 1/3 dân số không có nước sạch?
Hơn 2/3 cử tri bầu cho ai?
Máy bay F-16 rơi ở đâu?
Nghị định 100/2019 phạt bao nhiêu tiền?
Nghị định 100/2019/NĐ-CP phạt bao nhiêu tiền?
Tai nạn trên quốc lộ 1 làm mấy người chết?
Năm người bị bắt là ai?
Công nhân được thưởng mấy tháng lương?
Trẻ sốt 2-3 ngày phải làm gì?
Cậu bé 12 tuổi lập kỷ lục gì?
Khi nào trường mở cửa lại?
Ngày nào bão vào đất liền?
Chiến tranh kết thúc năm nào?
Kỳ thi diễn ra vào tháng mấy?
Cuộc bầu cử diễn ra vào tháng năm nào?
Lễ hội kéo dài từ ngày nào đến ngày nào?
Vụ việc xảy ra hôm nào?
Bộ luật Hình sự năm 2015 quy định gì về tội trộm cắp?
Luật Đất đai 2013 quy định gì?
Cụ bà sinh năm 1938 tên là gì?
Quốc gia nào đứng thứ năm về số du học sinh?
Điểm thứ ba trong tuyên bố là gì?
Toà nhà cao thứ hai ở New York là gì?
Ai là người thứ 7 được cứu?
Giải Power 6/55 trị giá bao nhiêu?
Áp thấp nhiệt đới mạnh cấp 6-7 ở đâu?
Giá vàng tăng bao nhiêu so với hôm qua?
Xuất khẩu tăng bao nhiêu so với cùng kỳ năm ngoái?
Bà B. 30 tuổi quê ở đâu?
Người lao động có thời hạn dưới 3 tháng được hưởng gì?
Mỗi ngày tiêm được bao nhiêu liều?
Hàng năm có bao nhiêu người chết vì tai nạn?
Bao nhiêu ngày thì có kết quả xét nghiệm?
Đội tuyển miền Nam 2020 là đội nào?
Cuộc Cách mạng Tháng Tám do ai lãnh đạo?
Ai vô địch World Cup 2018?
Việt Nam đứng thứ mấy?
Bao nhiêu phần trăm dân số trên 65 tuổi?
Mẹ của N. sống ở số 3/4 đường Lê Lợi phải không?
Lễ cúng mùng 3 tháng 3 âm lịch diễn ra ở đâu?
Ba ngày trước khi bị bắt, ông ta ở đâu?
Trong 3 năm học đại học phải học bao nhiêu tín chỉ?
Thời gian thử việc là mấy tháng?
Xe tải 5 tấn, dài 9.2020 mm, giá bao nhiêu?
Địa chỉ IP 10.10.2020.1 là gì?
Vì sao đội tuyển U23 thua 0-3?
viet nam thang 2-1 truoc doi nao
dan so viet nam bao nhieu
nam nguoi bi bat la ai
may bay f-16 roi o dau
thang may roi o dau
khi nao truong mo cua lai
Which country came second in 5/7 rounds?
When may schools open?
Who marches in the parade?
"""

RECENT = """
Tin mới nhất về vắc xin là gì?
Cuộc gặp gần đây nhất của hai ông diễn ra ở đâu?
Lần gần nhất Việt Nam thắng Thái Lan là khi nào?
Gần đây có vụ cháy nào?
Mới đây ai bị khởi tố?
Hiện nay ai là bộ trưởng Y tế?
Thời gian vừa qua có gì?
Đến nay đã có bao nhiêu ca tử vong?
tin moi nhat ve vac xin
hien nay ai la bo truong
gan day co vu chay nao
What is the latest news about vaccines?
What happened recently?
"""

NOT_RECENT = """
Bệnh viện gần nhất ở đâu?
Ai là bộ trưởng Y tế?
Cuộc gặp diễn ra ở đâu?
Loại vắc xin mới có tên là gì?
Xe đi qua cầu nào?
benh vien gan nhat o dau
"""


def ranges_of(table: str) -> list[tuple[str, tuple[tuple[date | None, date | None], ...]]]:
    """The questions of a table with their ranges; none where the table gives none."""
    cases = []
    for line in table.strip().splitlines():
        question, _, written = line.partition(" = ")
        cases.append((question, tuple(_range(part) for part in written.split(" | ")) if written else ()))
    return cases


def _range(written: str) -> tuple[date | None, date | None]:
    first, dots, last = written.strip().partition("..")
    if not dots:
        last = first
    return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)
