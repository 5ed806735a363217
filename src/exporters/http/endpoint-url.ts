/** URLs of log endpoints, made from what an operator writes. */

/**
 * @param base an http or https URL; its path is kept
 * @param suffix such as "v1/logs"; not appended twice
 * @param setting name of the setting, for the message
 * @throws Error with one sentence when it is no such URL
 */
export function endpointUrl(base: string, suffix: string, setting: string): URL {
  if (!URL.canParse(base)) throw new Error(`${setting} is not a URL: write it as https://host[:port]`);
  const url = new URL(base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Error(`${setting} has the scheme ${url.protocol.replace(":", "")}: wanted http or https`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new Error(`${setting} carries credentials: put them into the exporter's key or headers`);
  }
  url.hash = "";
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith(`/${suffix}`) ? path : `${path}/${suffix}`;
  return url;
}
