/**
 * Water-filling: divides a total between groups, max-min fair by weight, and gives no group more than its demand.
 * @param total bytes a second
 * @param share gets the share of each group
 */
export function shareOut(
  total: number,
  count: number,
  weight: Float64Array,
  demand: Float64Array,
  share: Float64Array,
): void {
  let left = total;
  let openWeight = 0;
  for (let g = 0; g < count; g++) {
    share[g] = demand[g] > 0 ? -1 : 0;
    if (demand[g] > 0) openWeight += weight[g];
  }
  // Each round closes the groups whose demand is met; when none is, the open ones share the rest by weight.
  for (let closedOne = true; closedOne && openWeight > 0; ) {
    closedOne = false;
    const level = left / openWeight;
    for (let g = 0; g < count; g++) {
      if (share[g] >= 0 || demand[g] > level * weight[g]) continue;
      share[g] = demand[g];
      left -= demand[g];
      openWeight -= weight[g];
      closedOne = true;
    }
  }
  const level = openWeight > 0 ? Math.max(0, left) / openWeight : 0;
  for (let g = 0; g < count; g++) if (share[g] < 0) share[g] = level * weight[g];
}
