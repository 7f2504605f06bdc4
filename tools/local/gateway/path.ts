/**
 * What becomes of an encoded path that an integration rewrites.
 *
 * Documented is that "API Gateway decodes URL-encoded request parameters before passing them to the backend integration"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html, [H]), and not what it then
 * writes. Reported of paths that went through: `%2F` arrives as a slash (ustayready/fireprox#44, [M]), only `%252F` arrives as
 * `%2F` (stackoverflow.com/questions/69677023, [M]), and a decoded question mark ends the path (captures for Lambda quoted in
 * middleapi/standard-server#93, [M] for Lambda, [L] here). What a URL cannot hold has to be encoded again, as every HTTP
 * client does [L].
 */

/** As a part of the path is decoded; what is not UTF-8 stays as it was sent. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path as the gateway knows it: part by part, so that what cannot be decoded spoils only its own part. */
export const decodePath = (path: string): string => path.split("/").map(decodePart).join("/");

/** A path with decoded variables, as it is sent. */
export function writePath(decoded: string): string {
  const [path = ""] = decoded.split("?");
  // What may stand in a path (RFC 3986 §3.3), a percent sign only before two digits.
  return path.replace(/%(?![0-9A-Fa-f]{2})|[^\w.~!$&'()*+,;=:@/%-]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** The encodings in a path of which a rewrite makes something else; undefined when it has none. */
export function lostEncodings(path: string): string | undefined {
  const lost = path.match(/%(2F|3F|25)/gi) ?? [];
  return lost.length === 0 ? undefined : [...new Set(lost.map((code) => code.toUpperCase()))].join(", ");
}
