// The language and the light that somebody chose, remembered by the browser; the address decides over it with ?lang=.

const LANGUAGE = "chili-edge.language";
const THEME = "chili-edge.theme";
const light = matchMedia("(prefers-color-scheme: light)");

export function chosenLanguage() {
  const wanted = new URLSearchParams(location.search).get("lang") ?? remembered(LANGUAGE);
  return wanted === "en" ? "en" : "zh";
}

export function chooseLanguage(language) {
  remember(LANGUAGE, language);
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  history.replaceState(null, "", address);
}

// A wall is dark unless somebody wants it otherwise.
export function theme(isWall) {
  return remembered(THEME) ?? (light.matches && !isWall ? "light" : "dark");
}

export function chooseTheme(wanted) {
  remember(THEME, wanted);
}

export function whenThemeChanges(then) {
  light.addEventListener("change", then);
}

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // the browser is told to keep nothing
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // it will be asked for again
  }
}
