/*
 * The verdict page: seconds that run, so that a screenshot is seen as one, and the button that prints the receipt,
 * which would do nothing without scripts and is hidden until here.
 */
const ticking = document.getElementById("ticking");
const print = document.getElementById("print");

if (ticking) {
  const seconds = ticking.querySelector(".ticking");
  const started = performance.now();
  ticking.hidden = false;
  setInterval(() => {
    seconds.textContent = String(Math.floor((performance.now() - started) / 1000));
  }, 1000);
}

if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
