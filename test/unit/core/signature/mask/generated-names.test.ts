/** Names that compilers, proxies and bundlers generate: a deployment changes them, and the pattern must stay. */
import { describe, expect, it } from "vitest";
import { SEVERITY_ERROR } from "../../../../../src/model/severity.ts";
import { newStage, plainTemplate, signLine } from "../../../../kit/signing.ts";

function templateOf(trace: string): string {
  const stage = newStage({ maxBytes: 4096 });
  return plainTemplate(stage, signLine(stage, trace, "", SEVERITY_ERROR));
}

/** Two deployments: other line numbers, addresses, hashes and counters. */
const TRACES: Readonly<Record<string, (n: number, hash: string) => string>> = {
  "Java proxies, lambdas and accessors": (n, hash) => `java.lang.IllegalStateException: no row ${n}
\tat com.acme.Store$$EnhancerBySpringCGLIB$$${hash}.find(<generated>)
\tat com.acme.Store.lambda$find$${n % 10}(Store.java:${n})
\tat com.acme.Main$$Lambda$${n}/0x00000008${hash}.run(Unknown Source)
\tat jdk.internal.reflect.GeneratedMethodAccessor${n}.invoke(Unknown Source)
Caused by: java.sql.SQLException: row ${n}`,
  "Kotlin and Scala": (n) => `java.lang.RuntimeException: row ${n}
\tat com.acme.ShopKt$main$${n % 10}.invokeSuspend(Shop.kt:${n})
\tat com.acme.Cart$$anonfun$add$${n % 10}.apply(Cart.scala:${n})`,
  Python: (n) => `Traceback (most recent call last):
  File "/srv/releases/${n}/shop/cart.py", line ${n}, in add
    self.items[${n}] = item
  File "/srv/releases/${n}/shop/cart.py", line ${n + 1}, in <listcomp>
    return [f(x) for x in xs]
KeyError: ${n}`,
  "JavaScript bundles": (n, hash) => `TypeError: x is undefined
    at Cart.add (/app/dist/main.${hash}.js:1:${n})
    at /app/dist/chunk-${hash}.mjs:2:${n}
    at async Object.<anonymous> (/app/dist/main.${hash}.js:3:${n})`,
  Go: (n, hash) => `panic: runtime error: index out of range [${n}]

goroutine ${n} [running]:
main.(*Cart).Add(0xc000${hash}, 0x${n})
\t/src/shop/cart.go:${n} +0x1d
main.main.func${n % 10}()
\t/src/shop/main.go:${n} +0x2a`,
  ".NET async methods and closures": (n) => `System.InvalidOperationException: row ${n}
   at Acme.Cart.<AddAsync>d__${n}.MoveNext() in C:\\src\\${n}\\Cart.cs:line ${n}
   at Acme.Shop.<>c__DisplayClass${n}_0.<Run>b__${n % 10}(Object o) in C:\\src\\Shop.cs:line ${n}
   at lambda_method${n}(Closure , Object )`,
};

describe("StackTrace of a fault in two deployments", () => {
  it.each(Object.keys(TRACES))("is the same whatever compilers and bundlers generate: %s", (language) => {
    const trace = TRACES[language]!;
    const template = templateOf(trace(17, "3f2a1b9c"));

    expect(templateOf(trace(428, "a07be41d"))).toBe(template);
    expect(template).toContain(" | ");
  });

  it.each(Object.keys(TRACES))("differs when the fault is in another function: %s", (language) => {
    const trace = TRACES[language]!(17, "3f2a1b9c");
    const other = trace.replaceAll("Cart", "Bill").replaceAll("Store", "Depot").replaceAll(", in add", ", in drop");

    expect(templateOf(other)).not.toBe(templateOf(trace));
  });
});
