// Clips side by side that play as one: the first is the clock, the others follow it. Every text is set as text.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".player");
  root.replaceChildren();
  const make = (kind, cls, words) => {
    const e = document.createElement(kind);
    if (cls) e.className = cls;
    if (words !== undefined) e.textContent = words;
    return e;
  };
  const bar = make("div", "bar");
  const play = make("button", "play", "Play");
  play.type = "button";
  const seek = make("input", "seek");
  seek.type = "range"; seek.min = 0; seek.max = 1000; seek.value = 0;
  seek.setAttribute("aria-label", "position");
  const speed = make("select", "speed");
  speed.setAttribute("aria-label", "speed");
  for (const s of ["1", "0.5", "0.25"]) { const o = make("option", "", s + "×"); o.value = s; speed.append(o); }
  const sound = make("select", "sound");
  sound.setAttribute("aria-label", "sound of");
  const mute = make("option", "", "no sound"); mute.value = "-1"; sound.append(mute);
  bar.append(play, seek, speed, sound);
  const grid = make("div", data.views.length <= 2 ? "grid pair" : "grid");
  const videos = [];
  data.views.forEach((view) => {
    const tile = make("figure", "tile" + (view.kind ? " " + view.kind : ""));
    tile.append(make("figcaption", "name", view.title));
    if (view.video) {
      const v = make("video");
      v.src = view.video; v.muted = true; v.loop = false; v.playsInline = true; v.preload = "auto";
      tile.append(v);
      const o = make("option", "", "sound: " + view.title); o.value = String(videos.length); sound.append(o);
      videos.push(v);
    } else tile.append(make("div", "missing", view.reason || "no video"));
    if (view.seen) {
      const seen = make("div", "seen" + (view.right === true ? " right" : view.right === false ? " wrong" : ""), view.seen);
      tile.append(seen);
    }
    (view.facts || []).forEach(([k, v]) => {
      const line = make("div", "fact"); line.append(make("span", "", k), make("b", "", v)); tile.append(line);
    });
    grid.append(tile);
  });
  root.append(bar, grid);
  const clock = videos[0];
  if (!clock) { bar.remove(); return; }
  const all = (f) => videos.forEach(f);
  const start = () => { all((v) => { v.playbackRate = Number(speed.value); v.play().catch(() => {}); }); play.textContent = "Pause"; };
  const stop = () => { all((v) => v.pause()); play.textContent = "Play"; };
  play.onclick = () => {
    if (!clock.paused) return stop();
    if (clock.ended) all((v) => { v.currentTime = 0; });
    start();
  };
  speed.onchange = () => all((v) => { v.playbackRate = Number(speed.value); });
  sound.onchange = () => videos.forEach((v, i) => { v.muted = String(i) !== sound.value; });
  seek.oninput = () => all((v) => { if (v.duration) v.currentTime = (seek.value / 1000) * clock.duration; });
  clock.ontimeupdate = () => {
    if (clock.duration) seek.value = Math.round((clock.currentTime / clock.duration) * 1000);
    videos.slice(1).forEach((v) => {
      if (!v.ended && Math.abs(v.currentTime - clock.currentTime) > 0.06) v.currentTime = clock.currentTime;
    });
  };
  clock.onended = () => { all((v) => { v.currentTime = 0; }); start(); };
  return () => all((v) => { v.pause(); v.removeAttribute("src"); v.load(); });
}
