"use strict";
// Everything here is comfort: without it the page shows the same, one below the other.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// A data: address becomes a blob before it is played: Safari asks for ranges, which data: does not have.
const ready = (video) => {
  if (!video.src.startsWith("data:")) return;
  const [head, body] = video.src.split(",");
  const bytes = Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0));
  video.src = URL.createObjectURL(new Blob([bytes], { type: head.slice(5).split(";")[0] }));
};
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      ready(entry.target);
      near.unobserve(entry.target);
    }
  }
}, { rootMargin: "600px" });
all(".scroll").forEach((part) => { part.tabIndex = 0; }); // wide tables scroll by keyboard too

// The browser's own controls hide a small face; they come when a clip is played by itself.
for (const video of all("video")) {
  near.observe(video);
  const button = video.parentElement.querySelector(".play");
  video.controls = false;
  button.hidden = false;
  button.addEventListener("click", () => {
    ready(video);
    video.controls = true;
    video.muted = false;
    video.play().catch(() => {});
    video.focus();
  });
  video.addEventListener("play", () => { button.hidden = true; });
  video.addEventListener("pause", () => { button.hidden = video.controls; });
}

for (const button of all(".together")) {
  const videos = all("video", button.closest(".sample"));
  if (!videos.length) continue;
  button.hidden = false;
  let playing = false;
  button.addEventListener("click", () => {
    playing = !playing;
    button.textContent = playing ? "❚❚ Pause all" : "▶ Play all";
    videos.forEach((video, index) => {
      ready(video);
      video.muted = index > 0;
      if (playing) {
        video.currentTime = 0;
        video.play().catch(() => {});
      } else {
        video.pause();
      }
    });
  });
}

const pick = document.getElementById("metric");
if (pick) {
  const show = () => all(".metric").forEach((part) => { part.hidden = part.dataset.metric !== pick.value; });
  pick.closest("label").hidden = false;
  pick.addEventListener("change", show);
  show();
}

for (const button of all(".copy")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

const theme = document.getElementById("theme");
const root = document.documentElement;
const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const label = () => { theme.textContent = dark() ? "☀ Light" : "☾ Dark"; };
theme.hidden = false;
theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); });
label();

const links = new Map(all("nav a").map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    links.forEach((link) => link.classList.remove("here"));
    links.get(entry.target.id).classList.add("here");
  }
}, { rootMargin: "-20% 0px -70% 0px" });
all("main > section").forEach((section) => seen.observe(section));
addEventListener("beforeprint", () => all("details, .metric").forEach((part) => { part.open = true; part.hidden = false; }));
