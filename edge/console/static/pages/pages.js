// Every page there is, in the order of the navigation.

import line from "./line.js";
import process from "./process.js";
import production from "./production.js";

export const pages = [line, production, process];
