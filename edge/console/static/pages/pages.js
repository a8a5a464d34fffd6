// Every page there is, in the order of the navigation.

import line from "./line.js";

export const pages = [line];
