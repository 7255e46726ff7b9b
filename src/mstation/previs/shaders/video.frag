// The finished picture in, the planes of I420 out, one after the other in rows of its width.
// Source: ITU-R BT.709, Kr 0.2126, Kb 0.0722, eight-bit limited range, as in edges.to_video.

layout(binding = 0) uniform sampler2D finished;
layout(location = 0) out float level;

ivec3 bytes_at(ivec2 pixel) { return ivec3(texelFetch(finished, pixel, 0).rgb * 255.0 + 0.5); }

void main() {
    int width = int(size.x), height = int(size.y), fade = int(size.z);
    ivec2 at = ivec2(gl_FragCoord.xy);
    int value;
    if (at.y < height) {
        ivec3 c = bytes_at(at);
        value = ((11966 * c.r + 40254 * c.g + 4064 * c.b) >> 8) * fade + (16 << 16);
    } else {
        int quarter = width * height / 4, index = (at.y - height) * width + at.x;
        bool is_red = index >= quarter;
        if (is_red) index -= quarter;
        ivec2 corner = 2 * ivec2(index % (width / 2), index / (width / 2));
        ivec3 c = bytes_at(corner) + bytes_at(corner + ivec2(1, 0));
        c += bytes_at(corner + ivec2(0, 1)) + bytes_at(corner + ivec2(1, 1));
        int sum = is_red ? 7196 * c.r - 6536 * c.g - 660 * c.b
                         : -1649 * c.r - 5547 * c.g + 7196 * c.b;
        value = (sum >> 8) * fade + (128 << 16);
    }
    level = float((value + 32768) >> 16) / 255.0;
}
