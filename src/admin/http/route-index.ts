/** Which methods a path takes, for 405: asked only when no route matched. */
import type { RouteFacts } from "./route.ts";

export class RouteIndex {
  readonly #rows: readonly { readonly path: RegExp; readonly method: string }[];

  constructor(routes: readonly Pick<RouteFacts, "path" | "method">[]) {
    this.#rows = routes.map(({ path, method }) => ({
      path: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
      method,
    }));
  }

  /** @param url path and query as requested */
  methodsOf(url: string): string[] {
    const [path = ""] = url.split("?");
    const methods = this.#rows.filter((row) => row.path.test(path)).map(({ method }) => method);
    return [...new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])))];
  }
}
