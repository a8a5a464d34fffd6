// Every page there is, in the order of the navigation.

import events from "./events.js";
import line from "./line.js";
import people from "./people.js";
import process from "./process.js";
import production from "./production.js";
import reports from "./reports.js";
import system from "./system.js";

export const pages = [line, production, people, process, events, reports, system];
