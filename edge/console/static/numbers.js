// Numbers as a person reads them: rounded half up, once, at the very end. Grams are exact integers in a double.

const GRAMS_PER_JIN = 500;
const GRAMS_PER_WAN_JIN = 5_000_000;
export const UNKNOWN = "—";

export function fixed(number, places) {
  const scale = 10 ** places;
  const cut = (Math.sign(number) * Math.round(Math.abs(number) * scale)) / scale || 0;
  return cut.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
}

// Whole jin, with a decimal below 1,000.
export function jin(grams) {
  return fixed(grams / GRAMS_PER_JIN, Math.abs(grams) < 1000 * GRAMS_PER_JIN ? 1 : 0);
}

export function wanJin(grams, places = 2) {
  return fixed(grams / GRAMS_PER_WAN_JIN, places);
}

export function percent(part, whole) {
  return whole ? `${fixed((part * 100) / whole, 1)}%` : UNKNOWN;
}

export function fill(sentence, parts) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}

export function age(seconds, words) {
  const [unit, n] =
    seconds < 60 ? ["age_s", seconds]
    : seconds < 3600 ? ["age_min", seconds / 60]
    : seconds < 86400 ? ["age_h", seconds / 3600]
    : ["age_d", seconds / 86400];
  return fill(words[unit], { n: Math.floor(n) });
}
