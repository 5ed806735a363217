/** What visitors do, as the services one request passes through, in order; the first answers to the visitor. */
export interface ShopFlow {
  /** Relative frequency. */
  readonly weight: number;
  readonly services: readonly string[];
}

export const SHOP_FLOWS: readonly ShopFlow[] = [
  { weight: 40, services: ["gateway", "catalog", "pricing"] },
  { weight: 25, services: ["gateway", "search", "catalog", "recommendations"] },
  { weight: 15, services: ["gateway", "auth", "cart", "inventory", "pricing"] },
  { weight: 8, services: ["gateway", "auth"] },
  { weight: 7, services: ["gateway", "auth", "cart", "checkout", "inventory", "payments", "shipping", "email"] },
];

/** The way of an order up to where it can fail: what the context of a failing trace consists of. */
export const ORDER_PATH: readonly string[] = ["gateway", "auth", "cart", "checkout", "inventory", "checkout"];
