"""Published test vectors of WeCom's callback encryption: values that other implementations agreed on before ours.

Sources: developer.work.weixin.qq.com/document/path/90968 (V1, V3), binarywang/WxJava WxCryptUtilTest.java (V2),
sbzhu/weworkapi_python commit 16e0b05 (V4, V7), wechatpy/wechatpy tests/test_crypto.py (V8).
DingTalk encrypts its events over HTTP in the same way, to another receive id (the app's key, or the corp id):
open-dingtalk/DingTalk-Callback-Crypto (D3), open.dingtalk.com/document/development/configure-stream-push (D4); D5 is
our own, computed with OpenSSL, because neither holds a sign of more than one byte.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Vector:
    token: str
    aes_key: str
    receive_id: str
    timestamp: int
    nonce: str
    signature: str
    encrypted: str


_OFFICIAL = ("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
_SAMPLE = (
    "hJqcu3uJ9Tn2gXPmxx2w9kkCkCE2EPYo",
    "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt",
    "ww1436e0e65a779aee",
)
_WECHATPY = ("123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a")

V1 = Vector(
    *_OFFICIAL,
    1409659813,
    "1372623149",
    "477715d11cdb4164915debcba66cb864d751f3e6",
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q==",
)

V2_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
V2_ID = "wxb11529c136998cb6"
V2_PREFIX = b"aaaabbbbccccdddd"
V2_MESSAGE = "我是中文abcd123"
V2_ENCRYPTED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="

V3 = Vector(
    *_OFFICIAL,
    1409659589,
    "263014780",
    "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
)
V3_ECHO = b"1616140317555161061"

V4 = Vector(
    *_SAMPLE,
    1476416373,
    "47744683",
    "012bc692d0a58dd4b10f8dfe5c4ac00ae211ebeb",
    "fsi1xnbH4yQh0+PJxcOdhhK6TDXkjMyhEPA7xB2TGz6b+g7xyAbEkRxN/3cNXW9qdqjnoVzEtpbhnFyq6SVHyA==",
)
V4_ECHO = b"1288432023552776189"

V7 = Vector(
    *_SAMPLE,
    1476422779,
    "1597212914",
    "0c3914025cb4b4d68103f6bfc8db550f79dcf48e",
    "Kl7kjoSf6DMD1zh7rtrHjFaDapSCkaOnwu3bqLc5tAybhhMl9pFeK8NslNPVdMwmBQTNoW4mY7AIjeLvEl3NyeTkAgGzBhzTtRLNshw2AEew+kkY"
    "cD+Fq72Kt00fT0WnN87hGrW8SqGc+NcT3mu87Ha3dz1pSDi6GaUA6A0sqfde0VJPQbZ9U+3JWcoD4Z5jaU0y9GSh010wsHF8KZD24YhmZH4ch4Ka"
    "7ilEbjbfvhKkNL65HHL0J6EYJIZUC2pFrdkJ7MhmEbU2qARR4iQHE7wy24qy0cRX3Mfp6iELcDNfSsPGjUQVDGxQDCWjayJOpcwocugux082f49H"
    "KYg84EpHSGXAyh+/oxwaWbvL6aSDPOYuPDGOCI8jmnKiypE+",
)

V8 = Vector(
    *_WECHATPY,
    1411443780,
    "437374425",
    "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96",
    "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==",
)
V8_ECHO = b"5927782489442352469"
V8_PREFIX = b"1234567890123456"
V8_STAMP, V8_NONCE = "1411525903", "461056294"
V8_SIGNATURE = "407518b7649e86ef23978113f92d27afa9296533"
V8_TEXT = """<xml>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[test]]></Content>
<FromUserName><![CDATA[wx49f0ab532d5d035a]]></FromUserName>
<ToUserName><![CDATA[messense]]></ToUserName>
<AgentID>1</AgentID>
<CreateTime>1411525903</CreateTime>
</xml>"""

_DINGTALK = ("123456", "1234567890123456789012345678901234567890123", "dingsnotzck6pm5veliw")

D3 = Vector(
    "mryue",
    "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7",
    "ding6ccabc44d2c8d38b",
    1608001896814,
    "WL4PK6yA",
    "03044561471240d4a14bb09372dfcfd4fd0e40cb",
    "0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNu"
    "kR+t8SB/qk4ROMu3",
)
D3_SAID = '{"EventType":"check_url"}'

D4 = Vector(
    *_DINGTALK,
    1614767836,
    "A7Co0cJLMzIDtMMI",
    "9a95a004dd16f5c307e849b994173f76aa26e5eb",
    "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
)
D4_SAID = "success"

D5 = Vector(
    *_DINGTALK,
    1614767836000,
    "A7Co0cJLMzIDtMMI",
    "4b5f07fde4b5c7d297690872815ab35fbb291421",
    "GCr6999U/V4/3veZ85Bxly7/kdYKPxCkk6PUsAlkswiKAXjOFy3hCPcJnBIlzGErL7v9UAXiceEasZjuwLXomLhEcsUs2qkE0K8hHIUhAgu37DO9"
    "6mW1QxMhPqPzNMNk",
)
D5_SAID = '{"EventType":"check_url","说明":"中文"}'
D5_PREFIX = b"0123456789abcdef"
