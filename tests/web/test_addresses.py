"""No address leads where no page is: out of a folder, to another plan, or into a header."""

from __future__ import annotations

import pytest
from web_site import CONTROLLER, Site

UP = ["..", "%2e%2e", ".%2e", "%252e%252e", "..%00", "%c0%ae%c0%ae", "%ff", "....", "..%01"]
APART = ["/", "%2f", "\\", "%5c", "%252f", "//", "%c0%af"]


@pytest.mark.parametrize("up", UP)
def test_no_path_leads_out_of_the_folder_or_to_another_plan(site: Site, up: str) -> None:
    for apart in APART:
        out = apart.join([up, up, up])
        for address in (
            f"/static/{out}{apart}etc{apart}passwd",
            f"/static/x/{out}{apart}app.py",
            f"/static/x{apart}{up}{apart}deps.py",
            f"/static/x/app.css%00{apart}{up}",
            f"/planer/{out}/slutrapport",
            f"/planer/{out}{apart}etc{apart}passwd/slutrapport.pdf",
            f"/planer/ks-2022{apart}{up}/slutrapport",
            f"/svar/{out}/kvitto",
        ):
            response = site.client.get(address)
            # 303 and 403 are the way to a login, which says nothing of what there is.
            assert response.status_code in (303, 403, 404), address
            assert "root:" not in response.text
            assert "import " not in response.text


@pytest.mark.parametrize("plan", ['x"; filename="a.exe', "x%0d%0aSet-Cookie: a=b", "x\u2028"])
def test_no_address_can_add_a_header(site: Site, plan: str) -> None:
    for end in ("slutrapport", "slutrapport.pdf"):
        response = site.client.get(f"/planer/{plan}/{end}")
        assert response.status_code in (303, 403, 404)
        assert "set-cookie" not in response.headers


@pytest.mark.parametrize("address", ["/uppgifter/{}", "/jag/inloggningar/{}"])
@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 50, "x", "1.5", "%C2%B2"])
def test_a_number_that_no_row_can_have_leads_nowhere(site: Site, address: str, number: str) -> None:
    client = site.log_in(CONTROLLER)
    assert client.post(address.format(number), data={"a": "b"}).status_code == 404
