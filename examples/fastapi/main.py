"""What a parcel costs to send: a service as people write one with FastAPI."""

from decimal import ROUND_UP, Decimal
from typing import Annotated

from fastapi import FastAPI, Header
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from request_log import RequestLog

app = FastAPI(title="Parcels")
app.add_middleware(RequestLog)


class Parcel(BaseModel):
    kilograms: Decimal = Field(gt=0, le=30)
    express: bool = False


class Quote(BaseModel):
    pounds: Decimal


@app.get("/", response_class=PlainTextResponse)
async def greeting() -> str:
    return "Hello from FastAPI\n"


@app.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/quotes")
async def quote(parcel: Parcel) -> Quote:
    pounds = Decimal("2.50") + Decimal("0.80") * parcel.kilograms
    return Quote(pounds=(pounds * 2 if parcel.express else pounds).quantize(Decimal("0.01"), ROUND_UP))


@app.get("/client")
async def client(x_client_ip: Annotated[str | None, Header()] = None) -> dict[str, str | None]:
    """Every route of the gateway overwrites this header, so a client cannot say it."""
    return {"client": x_client_ip}
