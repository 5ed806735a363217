/** Bodies as JSON. An empty one is undefined, so that a POST without arguments needs none; __proto__ is refused. */
import type { FastifyBodyParser, FastifyInstance } from "fastify";
import { ApiError } from "./api-error.ts";

export function parseJsonBody(app: FastifyInstance): FastifyBodyParser<string> {
  const parse = app.getDefaultJsonParser("error", "error");
  return (request, body, done) => {
    if (body.trim() === "") {
      done(null, undefined);
      return;
    }
    // The parser's message quotes the body.
    const invalid = new ApiError("invalid_json", "The body is not valid JSON");
    void parse(request, body, (error, parsed) => done(error === null ? null : invalid, parsed));
  };
}
