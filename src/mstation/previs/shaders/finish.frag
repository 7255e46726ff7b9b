// Raw colours in, the finished picture out: edges smoothed, outlines inked.
// The rules are those of edges.py.

layout(location = 0) out vec4 finished;  // and in w the ink, where it is kept apart

const float AROUND = @AROUND@;
const float BEFORE = @BEFORE@;
const float BENT = @BENT@;
const float LINE_WIDEST = @LINE_WIDEST@;
const float FULL_PX = @FULL_PX@;
const float CLEAR_PX = @CLEAR_PX@;
const float FEW_FACES_PX = @FEW_FACES_PX@;
const float ALL_FACES_PX = @ALL_FACES_PX@;
const float THIN = @THIN@;
const ivec2 WAYS[4] = ivec2[](ivec2(1, 0), ivec2(-1, 0), ivec2(0, 1), ivec2(0, -1));

bool is_outside(ivec2 pixel) {
    return any(lessThan(pixel, ivec2(0))) || any(greaterThanEqual(pixel, ivec2(size.xy)));
}

vec3 raw_at(ivec2 pixel) {
    return texelFetch(colours, clamp(pixel, ivec2(0), ivec2(size.xy) - 1), 0).rgb;
}

// How strongly the edge between two neighbours is inked, −1 no edge; and how widely.
float ink_between(ivec2 pixel, ivec2 way, out float wide) {
    ivec2 beside = pixel + way;
    int here = face_at(pixel), there = face_at(beside);
    wide = BENT;
    if (here < 0 || there < 0) {
        wide = (surface_of(max(here, there)) & OWNER) != 0 ? AROUND : BEFORE;
        return 1.0;
    }
    float mine = near_at(pixel), theirs = near_at(beside);
    float step_ = abs(mine - theirs) / max(mine, theirs);
    ivec2 one = faces[here].what.xy, other = faces[there].what.xy;
    if (one.x == other.x) return (one.x & 1) == 1 && step_ > FOLD ? 1.0 : -1.0;
    if (one.y == other.y) return step_ > FOLD ? 1.0 : 0.0;
    if (((one.x ^ other.x) & OWNER) != 0) {
        wide = AROUND;
        return 1.0;
    }
    if (step_ > FOLD) {
        wide = BEFORE;
        return 1.0;
    }
    float bend = (0.97 - dot(planes[here].xyz, planes[there].xyz)) * 4.0;
    float proud = abs(1.0 / max(nearness(here, beside), 1e-3) - 1.0 / theirs) * 150.0 - 0.5;
    return clamp(max(bend, proud), 0.0, 1.0);
}

// Half the width of the line between two neighbours, in pixels, and how dark it is.
vec2 stroke(ivec2 pixel, ivec2 way, float wide) {
    float near = max(near_at(pixel), near_at(pixel + way));
    float px_in_m = pen.z * near / pen.y;
    float width = wide * pen.y * min(sqrt(px_in_m / FULL_PX), 1.0);
    float dark = 0.2 + 0.8 * min(1.0, px_in_m / CLEAR_PX);
    int code = surface_of(face_at(pixel)) & OWNER;
    if (code != 0 && code == (surface_of(face_at(pixel + way)) & OWNER)) {
        dark *= clamp((px_in_m - FEW_FACES_PX) / (ALL_FACES_PX - FEW_FACES_PX), 0.0, 1.0);
    }
    float soft = blur.x * max(abs(1.0 - blur.y * near) - blur.z, 0.0);
    dark *= clamp(1.6 - 0.6 * soft, 0.0, 1.0);
    return vec2(clamp(width, 0.3, LINE_WIDEST), dark);
}

// How much of a pixel lies beyond a straight edge.
// Source: the area of a unit square cut by a line.
float covered(Edge edge) {
    float steep = edge.across / (edge.across + sqrt(max(1.0 - edge.across * edge.across, 0.0)));
    float left = 0.5 - edge.at * steep;
    if (left <= 0.0) return 0.0;
    float flat_ = min(steep, 1.0 - steep);
    if (left < flat_) return left * left / (2.0 * flat_ * (1.0 - flat_));
    return (left - 0.5 * flat_) / (1.0 - flat_);
}

bool look_alike(ivec2 one, ivec2 other) {
    vec3 apart = abs(raw_at(one) - raw_at(other));
    return max(max(apart.r, apart.g), apart.b) < 4.5 / 255.0;
}

// The ink that a pixel gets from the outline of a player one pixel further on.
float laid(ivec2 pixel) {
    float total = 0.0;
    for (int k = 0; k < 4; k++) {
        ivec2 way = WAYS[k], next = pixel + way;
        if (is_outside(next + way)) continue;
        int one = surface_of(face_at(next)), other = surface_of(face_at(next + way));
        if (((one ^ other) & OWNER) == 0) continue;
        vec2 line = stroke(next, way, AROUND);
        if (line.x <= 0.5) continue;
        Edge edge = edge_between(next, way);
        total = max(total, clamp(line.x + 0.5 - (1.0 + edge.at) * edge.across, 0.0, 1.0) * line.y);
    }
    return total;
}

// How much of its four neighbours a pixel shows, and how much ink is on it.
float mixed(ivec2 pixel, out vec4 shares) {
    int here = face_at(pixel);
    float total = 0.0, thin = 1.0;
    bool is_second = false;
    shares = vec4(0.0);
    for (int k = 0; k < 4; k++) {
        ivec2 way = WAYS[k], beside = pixel + way;
        if (k == 2) is_second = false;
        if (is_outside(beside)) continue;
        int there = face_at(beside);
        if (there == here) continue;
        float wide, strength = ink_between(pixel, way, wide);
        if (strength < 0.0) continue;
        if (strength == 0.0) {
            if (look_alike(pixel, beside)) continue;
            ivec2 what = faces[here].what.xy;
            if (what.y != faces[there].what.y && (what.x & OWNER) != 0) strength = pen.w;
        }
        Edge edge = edge_between(pixel, way);
        shares[k] = covered(edge);
        if (strength > 0.0 && pen.x > 0.0) {
            vec2 line = stroke(pixel, way, wide);
            float amount = clamp(line.x + 0.5 - edge.at * edge.across, 0.0, 1.0);
            total = max(total, amount * line.y * strength);
            if (is_second) thin = THIN;
            is_second = true;
        }
    }
    // An edge is followed along the axis it crosses more steeply; both would count it twice.
    if (shares.x + shares.y >= shares.z + shares.w) shares.zw = vec2(0.0);
    else shares.xy = vec2(0.0);
    return total * thin;
}

// Whether another surface begins beside a pixel (1), or a player two pixels on (2).
int flags_of(ivec2 pixel) {
    ivec2 end = ivec2(size.xy) - 1;
    if (pixel.x < 2 || pixel.x > end.x - 2) return 1;
    int one = surface_of(face_at(pixel));
    float at = near_at(pixel), step_ = 0.0;
    for (int k = 0; k < 4; k++) {
        ivec2 beside = clamp(pixel + WAYS[k], ivec2(0), end);
        if (surface_of(face_at(beside)) != one) return 1;
        step_ = max(step_, abs(at - near_at(beside)));
    }
    if ((one & 1) != 0 && step_ > FOLD * at) return 1;
    for (int k = 0; k < 4; k++) {
        ivec2 second = clamp(pixel + 2 * WAYS[k], ivec2(0), end);
        if (((surface_of(face_at(second)) ^ one) & OWNER) != 0) return 2;
    }
    return 0;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    int flags = flags_of(pixel);
    vec4 shares = vec4(0.0);
    float ink = 0.0;
    if (flags == 1) ink = mixed(pixel, shares);
    else if (flags == 2 && pen.x > 0.0) ink = laid(pixel);
    vec3 colour = max(1.0 - dot(shares, vec4(1.0)), 0.0) * raw_at(pixel);
    for (int k = 0; k < 4; k++) if (shares[k] > 0.0) colour += shares[k] * raw_at(pixel + WAYS[k]);
    ink *= pen.x;
    finished = blur.w > 0.0 ? vec4(colour, ink) : vec4(colour * (1.0 - ink), 0.0);
}
