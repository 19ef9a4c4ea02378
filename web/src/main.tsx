import { render } from "solid-js/web";
import { begin } from "./api/auth";
import { App } from "./app";
import { applyPrefs } from "./lib/prefs";
import { startRouter } from "./lib/router";
import "./styles/index.css";

applyPrefs();
startRouter();
void begin();
const root = document.getElementById("app");
if (root) render(() => <App />, root);
