/* Unpacks what the exported file carries packed small (see geo/packed.py): shapes at once, texts when the browser gets to it.
 *
 * `selatPacked.layer(packed)` gives a layer of polygons as GeoJSON.
 * `selatPacked.ready(act)` calls `act` when every `script[data-packed]` holds its text; `selatPacked.settled(act)` then too, and
 * also where a browser cannot unpack it: then `#selat-cannot` says so, and what needs the texts is not offered.
 */
(function () {
  "use strict";

  function bytesOf(base64) {
    return Uint8Array.from(atob(base64), function (char) { return char.charCodeAt(0); });
  }

  function layer(packed) {
    var features = packed.features.map(function (feature) {
      var geometry = { type: "MultiPolygon", coordinates: polygons(bytesOf(feature.polygons), Math.pow(10, packed.decimals)) };
      return { type: "Feature", properties: feature.properties, geometry: geometry };
    });
    return { type: "FeatureCollection", features: features };
  }

  function polygons(bytes, unit) {
    var at = 0, lon = 0, lat = 0;
    function number() {
      var value = 0, scale = 1, byte;
      do {
        byte = bytes[at];
        at += 1;
        value += (byte % 128) * scale;
        scale *= 128;
      } while (byte >= 128);
      return value;
    }
    function step() {
      var doubled = number();
      return doubled % 2 ? -(doubled + 1) / 2 : doubled / 2;
    }
    function corner() {
      lon += step();
      lat += step();
      return [lon / unit, lat / unit];
    }
    function many(make) {
      var made = [], count = number();
      for (var i = 0; i < count; i += 1) made.push(make());
      return made;
    }
    return many(function () { return many(function () { return many(corner); }); });
  }

  function unpack(element) {
    var packed = new Blob([bytesOf(element.textContent)]).stream();
    return new Response(packed.pipeThrough(new DecompressionStream("deflate"))).text().then(function (text) {
      element.textContent = text;
    });
  }

  function cannot(error) {
    console.error(error);
    document.documentElement.classList.add("selat-cannot-unpack");
    document.getElementById("selat-cannot").hidden = false;
  }

  var packed = Array.from(document.querySelectorAll("script[data-packed]"));
  var unpacked = new Promise(function (done) { done(Promise.all(packed.map(unpack))); }); // what it throws is a refusal too

  window.selatPacked = {
    layer: layer,
    ready: function (act) { unpacked.then(act, function () {}); },
    settled: function (act) { unpacked.then(act, function (error) { cannot(error); act(); }); },
  };
})();
