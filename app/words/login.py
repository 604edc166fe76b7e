"""Words of the login page, and of who is logged in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoginWords:
    """`{}` stands where a value comes in."""

    title: str
    lead: str
    name: str
    password: str
    log_in: str
    log_out: str
    logged_in_as: str
    wrong: str
    too_many: str
    forged: str
    forgotten: str
    in_the_clear: str


VI = LoginWords(
    title="Đăng nhập",
    lead="Thư viện này dành cho những người có tài khoản.",
    name="Tên",
    password="Mật khẩu",  # noqa: S106 - a label
    log_in="Đăng nhập",
    log_out="Đăng xuất",
    logged_in_as="Đang đăng nhập: {name}",
    wrong="Tên hoặc mật khẩu không đúng.",
    too_many="Đã thử quá nhiều lần. Hãy thử lại sau {seconds} giây.",
    forged="Yêu cầu này không đến từ trang đăng nhập. Hãy mở lại trang rồi thử lần nữa.",
    forgotten="Quên mật khẩu? Người quản lý thư viện đặt lại được bằng lệnh {command}.",
    in_the_clear="Kết nối này không được mã hoá: ai nghe được đường truyền thì đọc được mật khẩu.",
)
EN = LoginWords(
    title="Log in",
    lead="This library is for people with an account.",
    name="Name",
    password="Password",  # noqa: S106 - a label
    log_in="Log in",
    log_out="Log out",
    logged_in_as="Logged in as {name}",
    wrong="The name or the password is wrong.",
    too_many="Too many attempts. Please try again in {seconds} seconds.",
    forged="This request does not come from the login page. Please open the page again and retry.",
    forgotten="Forgotten the password? Whoever runs the library can set a new one with {command}.",
    in_the_clear="This connection is not encrypted: whoever listens to it can read the password.",
)
