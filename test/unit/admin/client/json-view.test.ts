import { describe, expect, it } from "vitest";
import { JsonView } from "../../../../src/admin/client/json-view.ts";

describe("JsonView", () => {
  const view = new JsonView({ a: { b: "x" }, n: 1.23456, t: true, list: [1, "2"], nothing: null });

  it("reads what is there", () => {
    expect(view.at("a").at("b").text()).toBe("x");
    expect(view.at("n").rounded()).toBe("1.235");
    expect(view.at("t").isTrue()).toBe(true);
    expect(
      view
        .at("list")
        .items()
        .map((item) => item.text()),
    ).toEqual(["1", "2"]);
    expect(
      view
        .at("a")
        .members()
        .map(([key, value]) => [key, value.text()]),
    ).toEqual([["b", "x"]]);
  });

  it("reads as empty what is absent, of another kind, or inherited", () => {
    expect(view.at("a").at("none").at("deeper").text()).toBe("");
    expect(view.at("nothing").text()).toBe("");
    expect(view.at("t").number()).toBeNaN();
    expect(view.at("a").rounded()).toBe("-");
    expect(view.at("a").items()).toEqual([]);
    expect(view.at("list").members()).toEqual([]);
    expect(view.at("constructor").value).toBeUndefined();
    expect(new JsonView(undefined).at("x").isTrue()).toBe(false);
  });
});
