// Every page there is, in the order of the navigation.

import events from "./events.js";
import line from "./line.js";
import people from "./people.js";
import reports from "./reports.js";
import system from "./system.js";

export const pages = [line, people, events, reports, system];
